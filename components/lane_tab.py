"""A lane's tab: who it is, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from components.marks import lane_hue, lane_mark_html
from components.pieces import attrs, raw
from services.chats.conversations import Lane


class LaneTab:
    """Bring a lane's card into sight."""

    def __init__(self, lane: Lane, letters: str, choose: Callable[[str], None]) -> None:
        self._mark = self._name = self._sign = self._word = self._told = self._hue = ""
        self.root = raw("", "o-tab", tag="button")
        attrs(self.root, type="button").on("click", lambda: choose(lane.uid))
        self.rename(lane, letters)

    def rename(self, lane: Lane, letters: str) -> None:
        """Take over the lane's name and look."""
        self._mark, self._name = lane_mark_html(lane, letters, "s"), escape(lane.name)
        self.root.classes(remove=self._hue, add=lane_hue(lane))
        self._hue = lane_hue(lane)
        self.show(self._sign, self._word, self._told)

    def show(self, sign: str, word: str, told: str) -> None:
        """Show the state behind the name, said by ``word``; what is told of the answer stands where there is room."""
        self._sign, self._word, self._told = sign, word, told
        attrs(self.root, title=word)
        words = f'<span class="o-cut">{self._name}<span class="o-tab-told">{escape(told)}</span></span>'
        self.root.set_content(self._mark + words + sign)

    def choose(self, on: bool) -> None:
        """Show whether its card is the one in sight."""
        self.root.classes(add="on") if on else self.root.classes(remove="on")
        attrs(self.root, aria_pressed=on)
