"""What can be done with one answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from components.copying import copy_tool
from components.pieces import button, el, enable, text, tool
from omnichat.deltas import FinishReason
from services.replies import ModelReply, ReplyState


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneActions:
    """What a card asks of the page; each takes the lane's uid."""

    stop: Callable[[str], object]
    again: Callable[[str], object]
    go_on: Callable[[str], object]
    settings: Callable[[str], object]
    compare: Callable[[str], object]


class LaneControls:
    """The buttons below an answer; they stay where they are, so that the keyboard does not lose its place."""

    def __init__(
        self, lane_uid: str, actions: LaneActions, *, copied: Callable[[], str], step: Callable[[int], None]
    ) -> None:
        with el("div", "o-acts"):
            self._stop = button("Stop", "small", "stop", on=lambda: actions.stop(lane_uid))
            self._copy = copy_tool("Copy the answer", copied)
            self._again = tool("refresh", "Ask again", "tight", on=lambda: actions.again(lane_uid))
            self._compare = tool(
                "difference", "Compare with another answer", "tight", on=lambda: actions.compare(lane_uid)
            )
            text("", "o-grow")
            self._steps = Steps(step)
            self._go_on = button("Continue", "small", on=lambda: actions.go_on(lane_uid))

    def show(self, reply: ModelReply, at: int, count: int, *, removed: bool) -> None:
        """Offer what the version on screen allows."""
        over = reply.state.over
        cut = reply.state is ReplyState.STOPPED or reply.finish is FinishReason.LENGTH
        self._stop.set_visibility(not over)
        self._copy.set_visibility(bool(reply.text))
        self._compare.set_visibility(over and bool(reply.text))
        self._again.set_visibility(over and not removed)
        self._go_on.set_visibility(over and cut and bool(reply.text) and at == count - 1)
        self._steps.show(at, count)


class Steps:
    """Lead from version to version; not there while there is only one."""

    def __init__(self, step: Callable[[int], None]) -> None:
        self._root = el("span", "o-steps")
        self._step = step
        self._built = False

    def show(self, at: int, count: int) -> None:
        """Show which version of how many is on screen."""
        self._root.set_visibility(count > 1)
        if count < 2:
            return
        if not self._built:
            self._build()
        self._place.set_text(f"{at + 1}/{count}")
        enable(self._back, at > 0)
        enable(self._forth, at < count - 1)

    def _build(self) -> None:
        self._built = True
        with self._root:
            self._back = tool("chevron_left", "Earlier version", "tight", on=lambda: self._step(-1))
            self._place = text("", tag="span")
            self._forth = tool("chevron_right", "Later version", "tight", on=lambda: self._step(1))
