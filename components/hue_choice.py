"""One of the twelve colours that voices have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

from nicegui.element import Element

from components.colours import HUES
from components.pieces import attrs, el, text

STRIDE = 5  # hues from one to the next, so that those chosen after each other look different


def spare_hue(taken: Iterable[str]) -> str:
    """Return a colour that is among the least ``taken``."""
    times, hues = Counter(taken), list(HUES)
    return min((hues[STRIDE * step % len(hues)] for step in range(len(hues))), key=lambda hue: times[hue])


class HueChoice:
    """The colours in a row, one of them chosen; the arrow keys move the choice."""

    def __init__(self, value: str, on: Callable[[], object]) -> None:
        self.value = value if value in HUES else next(iter(HUES))
        self._on = on
        self._dots: dict[str, Element] = {}
        with el("div", "o-field"):
            text("Colour", "o-label")
            with el("div", "o-hues", role="radiogroup", aria_label="Colour"):
                for hue in HUES:
                    dot = el("button", f"o-hue h-{hue}", type="button", role="radio", title=hue, aria_label=hue)
                    dot.on("click", partial(self._choose, hue))
                    dot.on("keydown.right", partial(self._step, 1))
                    dot.on("keydown.left", partial(self._step, -1))
                    self._dots[hue] = dot
        self._show()

    def _step(self, by: int) -> None:
        hues = list(HUES)
        self._choose(hues[(hues.index(self.value) + by) % len(hues)])
        self._dots[self.value].run_method("focus")

    def _choose(self, hue: str) -> None:
        self.value = hue
        self._show()
        self._on()

    def _show(self) -> None:
        for hue, dot in self._dots.items():
            attrs(dot, aria_checked=hue == self.value, tabindex=0 if hue == self.value else -1)
