"""Whole characters: JSON may spell one as two halves, and a stream may part them."""

from __future__ import annotations

from dataclasses import replace

from omnichat.deltas import Delta, TextDelta, ThinkingDelta, ToolCallDelta

FIRST_HALVES = ("\ud800", "\udbff")


def whole(text: str) -> str:
    """Return ``text`` with halves of characters joined, or replaced where one is missing."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class Joiner:
    """Remember the first half of a character until the next delta of its kind brings the second."""

    def __init__(self) -> None:
        self._held: dict[type[Delta], str] = {}

    def join(self, delta: Delta) -> Delta:
        """Return ``delta`` in whole characters; a first half at its end is kept for the next."""
        match delta:
            case TextDelta(text) if self._held or not text.isascii():
                return TextDelta(self._whole(TextDelta, text))
            case ThinkingDelta(text) if self._held or not text.isascii():
                return ThinkingDelta(self._whole(ThinkingDelta, text))
            case ToolCallDelta(arguments=text) if not text.isascii():
                return replace(delta, arguments=whole(text))
        return delta

    def _whole(self, kind: type[Delta], text: str) -> str:
        text = self._held.pop(kind, "") + text
        if text and FIRST_HALVES[0] <= text[-1] <= FIRST_HALVES[1]:
            self._held[kind], text = text[-1], text[:-1]
        return whole(text)
