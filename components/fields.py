"""What a person sets: fields, choices, switches."""

from collections.abc import Callable

from nicegui import ui
from typing_extensions import override

from components.pieces import attrs, el, icon, kbd, text


class Field:
    """A label above, help below, and an error in the same place as the help."""

    def __init__(self, label: str, hint: str = "", *, value: str = "", placeholder: str = ""):
        with el("div", "o-field") as self.box:
            caption = text(label, tag="label")
            with el("div", "o-input") as self._frame:
                self.input = self._make(placeholder, value)
                attrs(self.input, autocomplete="off", for_=f"f{self.input.id}")
                attrs(caption, for_=f"f{self.input.id}")
            self._hint = text(hint, tag="small", id=f"h{self.input.id}")
            self._help = hint
            attrs(self.input, aria_describedby=f"h{self.input.id}")
        self._hint.set_visibility(bool(hint))

    def _make(self, placeholder: str, value: str) -> ui.input | ui.textarea:
        return _input(placeholder, value)

    @property
    def value(self) -> str:
        """What is written, without spaces around it."""
        return str(self.input.value or "").strip()

    def complain(self, trouble: str) -> None:
        """Say what is wrong with what is written; an empty text takes it back."""
        self._hint.set_text(trouble or self._help)
        self._hint.set_visibility(bool(trouble or self._help))
        self._hint.classes(add="bad" if trouble else "", remove="" if trouble else "bad")
        self._frame.classes(add="bad" if trouble else "", remove="" if trouble else "bad")
        attrs(self._hint, role="alert" if trouble else None)
        attrs(self.input, aria_invalid=True if trouble else None)

    def help(self, words: str) -> None:
        """Say something else below the field, unless a complaint stands there."""
        if self._hint.text == self._help:
            self._hint.set_text(words)
        self._help = words

    def focus(self) -> None:
        """Set the cursor there."""
        self.input.run_method("focus")


class Area(Field):
    """A field for several lines; it grows with the words, and ``code`` stands in letters of one width."""

    def __init__(self, label: str, hint: str = "", *, value: str = "", placeholder: str = "", code: bool = False):
        super().__init__(label, hint, value=value, placeholder=placeholder)
        self._frame.classes(f"o-area {'code' if code else ''}")
        if code:
            attrs(self.input, spellcheck="false", autocapitalize="off")

    @override
    def _make(self, placeholder: str, value: str) -> ui.textarea:
        made = ui.textarea(placeholder=placeholder, value=value).classes("o-grow")
        return made.props("borderless dense autogrow input-style=min-height:5.2em")


def search_box(hint: str, on: Callable[[str], object], *keys: str) -> ui.input:
    """Make a field that narrows the list below it, told a moment after each change."""
    with el("div", "o-input"):
        icon("search", "o-3")
        made = _input(hint, "")
        attrs(made, aria_label=hint, debounce=150)
        if keys:
            kbd(*keys)
    made.on_value_change(lambda event: on(str(event.value or "")))
    return made


def prompt_area(name: str, hint: str = "") -> ui.textarea:
    """Make the room a prompt is written in; it grows with the words."""
    made = ui.textarea(placeholder=hint).props("autogrow borderless dense rows=1")
    attrs(made, aria_label=name)
    return made


def _input(placeholder: str, value: str) -> ui.input:
    return ui.input(placeholder=placeholder, value=value).props("borderless dense").classes("o-grow")
