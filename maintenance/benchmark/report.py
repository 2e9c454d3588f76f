"""What was measured, beside what was promised."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

SIGNS = {True: "yes", False: "**no**", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value, in ``unit``; ``bar`` is the most it may be, or nothing where it only informs.

    There is no value where nothing could be measured; the ``note`` says why.
    """

    name: str
    value: float | None = None
    unit: str = ""
    bar: float | None = None
    note: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the bar is met, if there is one."""
        return None if self.bar is None or self.value is None else self.value <= self.bar

    def row(self) -> tuple[str, str, str, str]:
        """Return name, value, bar and verdict as the table shows them."""
        return (
            self.name,
            self._measured(),
            "" if self.bar is None else f"≤ {_with_unit(self.bar, self.unit)}",
            SIGNS[self.ok],
        )

    def _measured(self) -> str:
        if self.value is None:
            return self.note
        return _with_unit(self.value, self.unit) + (f" ({self.note})" if self.note else "")


def markdown(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [("figure", "measured", "bar", "ok?"), ("---", "---", "---", "---"), *(figure.row() for figure in figures)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def as_json(figures: Sequence[Figure]) -> str:
    """Return the figures as a JSON list."""
    names = ("name", "value", "unit", "bar", "ok", "note")
    return json.dumps([{name: getattr(figure, name) for name in names} for figure in figures], indent=2)


def _with_unit(value: float, unit: str) -> str:
    shown = f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:.3g}"
    return f"{shown} {unit}" if unit and unit != "×" else f"{shown}{unit}"
