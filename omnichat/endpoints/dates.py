"""Dates on the wire."""

from __future__ import annotations

from datetime import datetime


def seconds(date: str) -> int:
    """Return a date of RFC 3339 as seconds since 1970, or 0 if it is none."""
    try:
        return int(datetime.fromisoformat(date).timestamp())
    except (ValueError, OverflowError):
        return 0
