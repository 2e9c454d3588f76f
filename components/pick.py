"""One of many, chosen from a menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from components.menu import Choice, open_menu
from components.pieces import attrs, el, icon, text


class Pick:
    """A label, and a button that says what is chosen and opens the menu."""

    def __init__(
        self, label: str, options: Mapping[str, str], value: str, on: Callable[[], object], *, hint: str = ""
    ) -> None:
        self._options = options
        self._label = label
        self._on = on
        self.value = value if value in options else next(iter(options))
        with el("div", "o-field"):
            text(label, "o-label")
            with el("button", "o-btn o-chooser", type="button", aria_haspopup="menu") as self._button:
                self._words = text("", "o-cut", tag="span")
                icon("expand_more", "s")
            if hint:
                text(hint, tag="small")
        self._button.on("click", self._open)
        self._show()

    def _open(self) -> None:
        choices = [
            Choice("check" if value == self.value else "", words, partial(self._choose, value))
            for value, words in self._options.items()
        ]
        open_menu(self._button, choices)

    def _choose(self, value: str) -> object:
        self.value = value
        self._show()
        return self._on()

    def _show(self) -> None:
        words = self._options[self.value]
        self._words.set_text(words)
        attrs(self._button, aria_label=f"{self._label}: {words}")
