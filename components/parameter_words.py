"""Parameters in words: levels, labels, values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

LEVELS: Final = {
    "none": "Off",
    "minimal": "Minimal",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
    "xhigh": "Higher",
    "max": "Most",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the field for instructions is called, what stands below and in it, and whether it comes before all else."""

    label: str
    hint: str
    example: str
    first: bool = False


def written(number: float | None, *, grouped: bool = True) -> str:
    """Return a number as its field shows it, with its thousands apart if they are ``grouped``."""
    if number is None:
        return ""
    return f"{number:{',' if grouped else ''}}" if isinstance(number, int) else f"{number:g}"


def as_json(value: Any) -> str:
    """Return an object as its field shows it, nothing for an empty one."""
    return json.dumps(value, ensure_ascii=False, indent=2) if value else ""


def short(value: Any) -> str:
    """Return any value in at most 60 signs."""
    told = written(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    told = ", ".join(value) if isinstance(value, list | tuple) else told
    line = " ".join(told.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
