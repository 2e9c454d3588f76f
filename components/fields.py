"""What a person sets: fields, choices, switches."""

from collections.abc import Callable

from nicegui import ui

from components.pieces import attrs, el, icon, kbd, text


class Field:
    """A label above, help below, and an error in the same place as the help."""

    def __init__(self, label: str, hint: str = "", *, value: str = "", placeholder: str = ""):
        with el("div", "o-field") as self.box:
            caption = text(label, tag="label")
            with el("div", "o-input") as self._frame:
                self.input = _input(placeholder, value)
                attrs(self.input, autocomplete="off", for_=f"f{self.input.id}")
                attrs(caption, for_=f"f{self.input.id}")
            self._hint = text(hint, tag="small", id=f"h{self.input.id}")
            self._help = hint
            attrs(self.input, aria_describedby=f"h{self.input.id}")
        self._hint.set_visibility(bool(hint))

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


class Area:
    """A field for several lines, with its label above and help below; it grows with the words."""

    def __init__(self, label: str, hint: str = "", *, value: str = "", placeholder: str = ""):
        with el("div", "o-field") as self.box:
            caption = text(label, tag="label")
            with el("div", "o-input o-area"):
                self.input = ui.textarea(placeholder=placeholder, value=value)
                self.input.props("borderless dense autogrow input-style=min-height:5.2em")
                self.input.classes("o-grow")
            attrs(self.input, for_=f"f{self.input.id}", aria_describedby=f"h{self.input.id}")
            attrs(caption, for_=f"f{self.input.id}")
            self._hint = text(hint, tag="small", id=f"h{self.input.id}")

    @property
    def value(self) -> str:
        """What is written, without spaces around it."""
        return str(self.input.value or "").strip()

    def help(self, hint: str) -> None:
        """Say something else below."""
        self._hint.set_text(hint)


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
