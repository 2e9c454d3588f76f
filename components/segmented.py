"""One choice of a few, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from nicegui.element import Element

from components.pieces import attrs, el, icon, text


class Segmented:
    """Words by value, one of them chosen; the arrow keys move the choice.

    ``hints`` explain them, ``symbols`` stand before them.
    """

    def __init__(
        self,
        name: str,
        options: Mapping[str, str],
        value: str,
        on: Callable[[], object],
        *,
        hints: Mapping[str, str] | None = None,
        symbols: Mapping[str, str] | None = None,
    ) -> None:
        self.value = value if value in options else next(iter(options))
        self._on = on
        self._buttons: dict[str, Element] = {}
        with el("div", "o-seg", role="radiogroup", aria_label=name) as self.root:
            for each, label in options.items():
                with el("button", type="button", role="radio", title=(hints or {}).get(each)) as made:
                    if symbols:
                        icon(symbols[each], "s")
                    text(label, tag="span")
                made.on("click", partial(self._choose, each))
                made.on("keydown.right", partial(self._step, 1))
                made.on("keydown.left", partial(self._step, -1))
                self._buttons[each] = made
        self._show()

    def set(self, value: str) -> None:
        """Choose without telling anybody."""
        self.value = value
        self._show()

    def focus(self) -> None:
        """Let the keyboard go on here."""
        self._buttons[self.value].run_method("focus")

    def _step(self, by: int) -> object:
        values = list(self._buttons)
        value = values[(values.index(self.value) + by) % len(values)]
        self.set(value)
        self.focus()
        return self._on()

    def _choose(self, value: str) -> object:
        if value == self.value:
            return None
        self.set(value)
        return self._on()

    def _show(self) -> None:
        for each, made in self._buttons.items():
            attrs(made, aria_checked=each == self.value, tabindex=0 if each == self.value else -1)
