"""A failure where it happened, with its next step."""

from __future__ import annotations

from nicegui import ui
from nicegui.element import Element

from components.lane_controls import LaneActions
from components.pieces import button, el, text
from components.troubles import Trouble


class TroubleNote:
    """Say what stands in the way, or nothing."""

    def __init__(self, lane_uid: str, actions: LaneActions) -> None:
        self._uid = lane_uid
        self._actions = actions
        self._shown: tuple[Trouble | None, bool] = (None, False)
        self._place = ui.context.slot.parent
        self._box: Element | None = None

    def show(self, wrong: Trouble | None, *, going_on: bool) -> None:
        """Show ``wrong``; with ``going_on`` there are words to go on from."""
        if (wrong, going_on) == self._shown:
            return
        self._shown = (wrong, going_on)
        if self._box:
            self._box.delete()
            self._box = None
        if wrong:
            with self._place, el("div", "o-fail", role="alert") as self._box:
                self._draw(wrong, going_on=going_on)

    def _draw(self, wrong: Trouble, *, going_on: bool) -> None:
        text(wrong.title, tag="h4")
        text(wrong.advice)
        if wrong.detail:
            text(wrong.detail, "o-small o-2 o-said")
        with el("div", "o-r o-wrap"):
            if going_on:
                button("Continue", "small main", on=lambda: self._actions.go_on(self._uid))
                button("Start over", "small", on=lambda: self._actions.again(self._uid))
            else:
                button("Retry", "small main", on=lambda: self._actions.again(self._uid))
