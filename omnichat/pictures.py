"""Sizes of pictures."""

from __future__ import annotations

from math import gcd


def pixels(size: str) -> tuple[int, int] | None:
    """Return the width and height in ``1024x768``, or nothing for what is no size, such as ``auto``."""
    width, _, height = size.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        return None
    return int(width), int(height)


def ratio(size: str) -> str:
    """Return ``1024x768`` as ``4:3``, and nothing for what is no size."""
    found = pixels(size)
    if not found:
        return ""
    width, height = found
    return f"{width // gcd(width, height)}:{height // gcd(width, height)}"
