"""A field for what must not be read over the shoulder, nor come back to the page."""

from __future__ import annotations

from nicegui import ui

from components.pieces import attrs, el, text


class SecretField:
    """A label above, help below; what is typed travels to the server and is never sent back.

    For that, the input itself is not changed after it was drawn: every change of an element sends its value along.
    """

    def __init__(self, label: str, hint: str = "", *, placeholder: str = "", focus: bool = False) -> None:
        with el("div", "o-field") as self.box:
            caption = text(label, tag="label")
            with el("div", "o-input") as self._frame:
                self._input = ui.input(placeholder=placeholder).props("borderless dense type=password")
                self._input.classes("o-grow")
                name = f"f{self._input.id}"
                attrs(self._input, autocomplete="off", spellcheck="false", for_=name, autofocus=focus)
                attrs(self._input, aria_describedby=f"h{self._input.id}")
                attrs(caption, for_=name)
            self._hint = text(hint, tag="small", id=f"h{self._input.id}")
        self._help = hint
        self._hint.set_visibility(bool(hint))

    @property
    def value(self) -> str:
        """What is written, without spaces around it."""
        return str(self._input.value or "").strip()

    def complain(self, trouble: str) -> None:
        """Say what is wrong with what is written; an empty text takes it back."""
        words = trouble or self._help
        self._hint.set_text(words)
        self._hint.set_visibility(bool(words))
        for element in (self._hint, self._frame):
            element.classes(add="bad" if trouble else "", remove="" if trouble else "bad")
        attrs(self._hint, role="alert" if trouble else None)

    def help(self, hint: str) -> None:
        """Say something else below."""
        self._help = hint
        self.complain("")
