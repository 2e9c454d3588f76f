"""Providers, keys and endpoints in a list, each with its state and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from nicegui.element import Element

from components.menu import Choice, open_menu
from components.pieces import attrs, button, el, enable, icon, mark, text, tool

STATES: Final = {
    "works": ("Works", "ok", "check"),
    "refused": ("Refused", "bad", "error"),
    "unclear": ("No answer", "warn", "hourglass_empty"),
    "testing": ("Testing", "", "progress_activity"),
    "untested": ("Not tested", "", ""),
    "unused": ("Not used", "", "pause"),
    "moved": ("Key needed", "bad", "key"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """What one row shows; ``uid`` tells it apart, ``letters`` and ``provider`` make its mark."""

    uid: str
    title: str
    letters: str
    provider: str
    detail: str
    told: str
    state: str
    choices: Sequence[Choice] = ()
    test: Callable[[], object] | None = None
    replace: Callable[[], object] | None = None


class SourceRows:
    """The list; a change of what a row says leaves the row, and the focus in it, where it is."""

    def __init__(self) -> None:
        self._box = el("div", "o-card o-sources", role="list")
        self._rows: dict[str, _Row] = {}

    def show(self, rows: Sequence[SourceRow]) -> None:
        """Show these rows, in this order."""
        if [row.uid for row in rows] != list(self._rows):
            self._box.clear()
            with self._box:
                self._rows = {row.uid: _Row() for row in rows}
        for row in rows:
            self._rows[row.uid].show(row)
        self._box.set_visibility(bool(rows))


class _Row:
    def __init__(self) -> None:
        self._row: SourceRow | None = None
        with el("div", "o-line2", role="listitem") as self.box:
            self._mark = el("span", "o-fixed")
            with el("div", "o-grow o-source"):
                self._title = text("", "o-strong o-cut")
                self._detail = text("", "o-mono o-3 o-said")
                self._told = text("", "o-small o-2 o-said")
            self._pill = el("span", "o-fixed")
            self._acts = el("div", "o-r o-tight o-fixed")

    def show(self, row: SourceRow) -> None:
        before, self._row = self._row, row
        self._title.set_text(row.title)
        self._detail.set_text(row.detail)
        self._told.set_text(row.told)
        self._told.set_visibility(bool(row.told))
        if before is None or (before.letters, before.provider) != (row.letters, row.provider):
            self._mark.clear()
            with self._mark:
                mark(row.letters, row.provider)
        if before is None or before.state != row.state:
            self._pill.clear()
            with self._pill:
                _draw_pill(row.state)
        if before is None or _shape(before) != _shape(row):
            self._draw_acts(row)
        if row.test and not _asks_to_replace(row):
            enable(self._test, row.state != "testing")

    def _draw_acts(self, row: SourceRow) -> None:
        self._acts.clear()
        with self._acts:
            if _asks_to_replace(row):
                attrs(button("Replace", "small main", on=self._replace), aria_label=f"Replace {_said(row)}")
            elif row.test:
                self._test: Element = button("Test", "small", on=self._try)
                attrs(self._test, aria_label=f"Test {_said(row)}")
            if row.choices:
                more = tool("more_horiz", f"More for {_said(row)}", on=lambda: open_menu(more, self._choices()))

    def _choices(self) -> Sequence[Choice]:
        return self._row.choices if self._row else ()

    def _try(self) -> object:
        return self._row.test() if self._row and self._row.test else None

    def _replace(self) -> object:
        return self._row.replace() if self._row and self._row.replace else None


def _shape(row: SourceRow) -> tuple[str, bool, bool, bool]:
    return _said(row), _asks_to_replace(row), bool(row.test), bool(row.choices)


def _asks_to_replace(row: SourceRow) -> bool:
    return bool(row.replace) and row.state in {"refused", "moved"}


def _said(row: SourceRow) -> str:
    return f"{row.title}, {row.detail.partition(' · ')[0]}"


def _draw_pill(state: str) -> None:
    words, tone, symbol = STATES[state]
    with el("span", f"o-pill {tone}"):
        if symbol:
            icon(symbol, "s")
        text(words, tag="span")
