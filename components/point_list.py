"""The points of a judge's list, to be ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from nicegui.element import Element

from components.pieces import attrs, el, icon, text
from services.synthesis import Point


class PointList:
    """One line a point, all ticked at first; at its end the letters of the answers that make it."""

    def __init__(self, changed: Callable[[], object]) -> None:
        self._changed = changed
        self._points: list[Point] = []
        self._rows: list[Element] = []
        self._off: set[int] = set()
        self.box = el("div", "o-points", role="group", aria_label="Points to merge")

    @property
    def ticked(self) -> list[str]:
        """The words of the points that are ticked."""
        return [point.words for at, point in enumerate(self._points) if at not in self._off]

    @property
    def shown(self) -> bool:
        """Whether there are points."""
        return bool(self._points)

    def show(self, points: Sequence[Point]) -> None:
        """Show these points."""
        if list(points) == self._points:
            return
        self._points, self._rows, self._off = list(points), [], set()
        self.box.clear()
        with self.box:
            for at, point in enumerate(self._points):
                self._rows.append(self._row(at, point))

    def _row(self, at: int, point: Point) -> Element:
        with el("button", "o-row o-point", type="button", role="checkbox", aria_checked=True) as row:
            with el("span", "o-tick", aria_hidden=True):
                icon("check", "s")
            text(point.words, "o-grow o-said", tag="span")
            if point.letters:
                told = ", ".join(point.letters)
                text(" ".join(point.letters), "o-micro o-mono", tag="span", title=f"Said by {told}")
        return row.on("click", partial(self._toggle, at))

    def _toggle(self, at: int) -> None:
        self._off ^= {at}
        attrs(self._rows[at], aria_checked=at not in self._off)
        self._changed()
