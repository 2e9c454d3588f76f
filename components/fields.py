"""What a person sets: fields, choices, switches."""

from collections.abc import Callable, Sequence
from itertools import zip_longest

from nicegui import ui
from nicegui.element import Element

from components.pieces import attrs, el, icon, kbd, text, tool


class Field:
    """A label above, help below, and an error in the same place as the help."""

    def __init__(self, label: str, hint: str = "", *, value: str = "", placeholder: str = "", secret: bool = False):
        with el("div", "o-field") as self.box:
            caption = text(label, tag="label")
            with el("div", "o-input") as self._frame:
                self.input = _input(placeholder, value)
                attrs(self.input, type="password" if secret else "text", autocomplete="off", for_=f"f{self.input.id}")
                attrs(caption, for_=f"f{self.input.id}")
                if secret:
                    self._eye = tool("visibility", "Show", "tight", self._reveal)
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

    def _reveal(self) -> None:
        hidden = self.input.props.get("type") == "password"
        attrs(self.input, type="text" if hidden else "password")
        attrs(self._eye, title="Hide" if hidden else "Show", aria_label="Hide" if hidden else "Show")


class Area:
    """A field for several lines, with its label above and help below; it grows with the words."""

    def __init__(self, label: str, hint: str = "", *, value: str = "", placeholder: str = ""):
        with el("div", "o-field"):
            caption = text(label, tag="label")
            with el("div", "o-input o-area"):
                self.input = ui.textarea(placeholder=placeholder, value=value).props("borderless dense autogrow")
                self.input.classes("o-grow")
            attrs(self.input, for_=f"f{self.input.id}", aria_describedby=f"h{self.input.id}")
            attrs(caption, for_=f"f{self.input.id}")
            text(hint, tag="small", id=f"h{self.input.id}")

    @property
    def value(self) -> str:
        """What is written, without spaces around it."""
        return str(self.input.value or "").strip()


class Segmented:
    """One choice of a few; with symbols only the chosen one is spelled out."""

    def __init__(
        self,
        name: str,
        options: Sequence[str],
        active: str,
        on: Callable[[str], object],
        *,
        symbols: Sequence[str] = (),
    ):
        self.active, self._on = active, on
        self._spelled = not symbols
        with el("div", "o-seg", role="radiogroup", aria_label=name) as self.box:
            pairs = zip_longest(options, symbols, fillvalue="")
            self._parts = {option: self._draw(option, symbol) for option, symbol in pairs}
        self.choose(active)

    def choose(self, active: str) -> None:
        """Show this one as chosen."""
        self.active = active
        for option, (made, words) in self._parts.items():
            attrs(made, aria_checked=option == active)
            words.set_visibility(self._spelled or option == active)

    def _draw(self, option: str, symbol: str) -> tuple[Element, Element]:
        with el("button", type="button", role="radio", title=option, aria_label=option) as made:
            if symbol:
                icon(symbol, "s")
            words = text(option, tag="span")
        return made.on("click", lambda: self._take(option)), words

    def _take(self, option: str) -> object:
        if option == self.active:
            return None
        self.choose(option)
        return self._on(option)


class Switch:
    """A setting that applies at once."""

    def __init__(self, name: str, *, on: bool, change: Callable[[bool], object]):
        self.on, self._change = on, change
        self.button = el("button", "o-switch", type="button", role="switch", aria_checked=on, aria_label=name)
        self.button.on("click", self._flip)

    def set(self, on: bool) -> None:
        """Show it on or off."""
        self.on = on
        attrs(self.button, aria_checked=on)

    def _flip(self) -> object:
        self.set(not self.on)
        return self._change(self.on)


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


def row(symbol: str, label: str, on: Callable[[], object], *, key: str = "", active: bool = False) -> Element:
    """Make a line of the rail or of a menu: symbol, words, key."""
    with el("button", "o-row on" if active else "o-row", type="button") as made:
        icon(symbol)
        text(label, "o-grow o-cut", tag="span")
        if key:
            kbd(key).classes("o-wide")
    return made.on("click", on)


def _input(placeholder: str, value: str) -> ui.input:
    return ui.input(placeholder=placeholder, value=value).props("borderless dense").classes("o-grow")
