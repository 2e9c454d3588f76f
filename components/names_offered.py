"""The lanes whose names somebody begins to write behind an @."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from components.pieces import el, text
from services.chats.conversations import Lane


class NamesOffered:
    """One button for each lane that may be meant; not there while none is."""

    def __init__(self, choose: Callable[[Lane], object]) -> None:
        self._choose = choose
        self._shown: list[str] = []
        self._root = el("div", "o-set o-offered", role="group", aria_label="Write to one lane")
        self._root.set_visibility(False)

    def show(self, lanes: list[Lane]) -> None:
        """Offer these lanes."""
        names = [lane.name for lane in lanes]
        if names == self._shown:
            return
        self._shown = names
        self._root.clear()
        self._root.set_visibility(bool(lanes))
        with self._root:
            for lane in lanes:
                made = text(f"@{lane.name}", "o-chip", tag="button", type="button")
                made.on("click", partial(self._choose, lane))
