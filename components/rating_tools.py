"""Thumbs up and down, with a word why."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nicegui.element import Element

from components.fields import Field
from components.pieces import attrs, button, el, tool
from services.chats.replies import ModelReply, Rating

THUMBS = {Rating.UP: ("thumb_up", "Good answer"), Rating.DOWN: ("thumb_down", "Bad answer")}


class RatingTools:
    """Two thumbs; the one that is given asks for a word why, which may stay away."""

    def __init__(self, place: Element, rate: Callable[[Rating, str], object]) -> None:
        self._place = place
        self._rate = rate
        self._rating = Rating.NONE
        self._thumbs: dict[Rating, Element] = {}
        self._why: Element | None = None
        self._root = el("span", "o-thumbs")

    def show(self, reply: ModelReply, *, offered: bool) -> None:
        """Show how the answer was rated; only one that is over can be."""
        self._rating = reply.rating
        self._root.set_visibility(offered)
        if not offered:
            self._close()
            return
        if not self._thumbs:
            self._build()
        for rating, thumb in self._thumbs.items():
            given = rating is self._rating
            thumb.classes(add="on") if given else thumb.classes(remove="on")
            attrs(thumb, aria_pressed=given)

    def _build(self) -> None:
        with self._root:
            for rating, (symbol, name) in THUMBS.items():
                self._thumbs[rating] = tool(symbol, name, "tight", on=partial(self._press, rating))

    def _press(self, rating: Rating) -> object:
        self._close()
        if rating is self._rating:
            return self._rate(Rating.NONE, "")
        self._ask_why(rating)
        return self._rate(rating, "")

    def _ask_why(self, rating: Rating) -> None:
        with self._place, el("div", "o-r o-why") as self._why:
            field = Field("Why? It may stay empty.", placeholder="In a word or two")
            button("Save", "small", on=lambda: self._save(rating, field.value))
        field.input.on("keydown.enter", lambda: self._save(rating, field.value))
        field.focus()

    def _save(self, rating: Rating, remark: str) -> object:
        self._close()
        return self._rate(rating, remark)

    def _close(self) -> None:
        if self._why and not self._why.is_deleted:
            self._why.delete()
        self._why = None
