"""One of a few, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from nicegui.element import Element

from components.pieces import attrs, el, text


class Segments:
    """A choice among ``options``, words by name; Tab reaches it, Space or Enter chooses."""

    def __init__(
        self, label: str, options: Mapping[str, str], value: str, *, hint: str = "", on: Callable[[], object]
    ) -> None:
        self.value = value
        self._on = on
        self._buttons: dict[str, Element] = {}
        with el("div", "o-field"):
            text(label, "o-label", tag="span")
            with el("div", "o-seg o-wrap", role="radiogroup", aria_label=label):
                for name, words in options.items():
                    with el("button", type="button", role="radio") as self._buttons[name]:
                        text(words, tag="span")
                    self._buttons[name].on("click", partial(self._choose, name))
            if hint:
                text(hint, tag="small")
        self._mark()

    def _choose(self, name: str) -> None:
        self.value = name
        self._mark()
        self._on()

    def _mark(self) -> None:
        for name, made in self._buttons.items():
            attrs(made, aria_checked=name == self.value)
