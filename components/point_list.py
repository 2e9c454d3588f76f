"""The points of a judge's list, to be ticked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from nicegui.element import Element

from components.pieces import attrs, el, icon, text
from services.chats.synthesis import Point


class PointList:
    """One line a point; at its end the letters of the answers that make it. ``tick`` takes its place and whether."""

    def __init__(self, tick: Callable[[int, bool], object]) -> None:
        self._tick = tick
        self._points: list[Point] = []
        self._rows: list[Element] = []
        self._off: Collection[int] = ()
        self.box = el("div", "o-points", role="group", aria_label="Points to merge")

    @property
    def ticked(self) -> list[str]:
        """The words of the points that are ticked."""
        return [point.words for at, point in enumerate(self._points) if at not in self._off]

    @property
    def shown(self) -> bool:
        """Whether there are points."""
        return bool(self._points)

    def show(self, points: Sequence[Point], off: Collection[int]) -> None:
        """Show these points, all ticked but those at the places ``off``."""
        self._off = off
        if list(points) != self._points:
            self._points = list(points)
            self.box.clear()
            with self.box:
                self._rows = [self._row(at, point) for at, point in enumerate(self._points)]
        for at, row in enumerate(self._rows):
            attrs(row, aria_checked=at not in off)

    def _row(self, at: int, point: Point) -> Element:
        with el("button", "o-row o-point", type="button", role="checkbox") as row:
            with el("span", "o-tick", aria_hidden=True):
                icon("check", "s")
            text(point.words, "o-grow o-said", tag="span")
            if point.letters:
                told = ", ".join(point.letters)
                text(" ".join(point.letters), "o-micro o-mono", tag="span", title=f"Said by {told}")
        return row.on("click", partial(self._toggle, at))

    def _toggle(self, at: int) -> object:
        return self._tick(at, at in self._off)
