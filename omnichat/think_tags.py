"""Reasoning that a server left inside the answer, between ``<think>`` and ``</think>``."""

from __future__ import annotations

from omnichat.deltas import TextDelta, ThinkingDelta

OPEN, CLOSE = "<think>", "</think>"


class ThinkTags:
    """Split the text of one answer; only tags that lead the answer count."""

    def __init__(self) -> None:
        self._held = ""
        self._step = self._before

    def feed(self, text: str) -> list[TextDelta | ThinkingDelta]:
        """Return what ``text`` makes certain; what may be half a tag is kept back."""
        return self._step(text)

    def end(self) -> list[TextDelta | ThinkingDelta]:
        """Return what was kept back."""
        held, self._held = self._held, ""
        if not held:
            return []
        return [ThinkingDelta(held) if self._step == self._inside else TextDelta(held)]

    def no_tags(self) -> None:
        """Take the rest as it is: the server has a field of its own for reasoning."""
        if not self._held:
            self._step = self._after

    def _before(self, text: str) -> list[TextDelta | ThinkingDelta]:
        self._held += text
        start = self._held.lstrip()
        if start.startswith(OPEN):
            self._held, self._step = "", self._inside
            return self._inside(start[len(OPEN) :].lstrip("\n"))
        if OPEN.startswith(start):
            return []
        whole, self._held, self._step = self._held, "", self._after
        return [TextDelta(whole)]

    def _inside(self, text: str) -> list[TextDelta | ThinkingDelta]:
        text, self._held = self._held + text, ""
        thought, tag, answer = text.partition(CLOSE)
        if tag:
            self._step = self._gap
            return [*([ThinkingDelta(thought)] if thought else ()), *self._gap(answer)]
        keep = next((n for n in range(len(CLOSE) - 1, 0, -1) if text.endswith(CLOSE[:n])), 0)
        thought, self._held = text[: len(text) - keep], text[len(text) - keep :]
        return [ThinkingDelta(thought)] if thought else []

    def _gap(self, text: str) -> list[TextDelta | ThinkingDelta]:
        text = text.lstrip()
        if not text:
            return []
        self._step = self._after
        return [TextDelta(text)]

    @staticmethod
    def _after(text: str) -> list[TextDelta | ThinkingDelta]:
        return [TextDelta(text)] if text else []
