"""What can be done with one answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nicegui.element import Element

from components.copying import copy_tool
from components.menu import Choice, open_menu
from components.pieces import button, el, text, tool
from components.rating_tools import RatingTools
from components.steps import Steps
from omnichat.deltas import FinishReason
from services.replies import ModelReply, Rating, ReplyState


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneActions:
    """What a card asks of the page.

    ``move`` puts the lane in the place of another, or so many places on. ``adopt``, ``choose``, ``rate`` and ``fork``
    take the uid of a version, and an empty one adopts none; the others that of the lane.
    """

    stop: Callable[[str], object]
    again: Callable[[str], object]
    go_on: Callable[[str], object]
    settings: Callable[[str], object]
    reply_to: Callable[[str], object]
    move: Callable[[str, str | int], object]
    adopt: Callable[[str], object]
    choose: Callable[[str], object]
    rate: Callable[[str, Rating, str], object]
    fork: Callable[[str], object]
    compare: Callable[[str], object]
    shut: Callable[[str, bool], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the version on screen stands: which it is of how many, whether it was adopted, may be named, is shut."""

    at: int
    count: int
    adopted: bool
    removed: bool
    covered: bool
    shut: bool


class LaneControls:
    """The buttons below an answer; they stay where they are, so that the keyboard does not lose its place."""

    def __init__(
        self,
        lane_uid: str,
        actions: LaneActions,
        *,
        reply: Callable[[], ModelReply],
        step: Callable[[int], object],
    ) -> None:
        self._shut = False
        self._uid = lane_uid
        self._actions = actions
        self._reply = reply
        self._place = place = el("div", "o-under-answer")
        self._covered = self._bound = False
        self._adopted = False
        self._finished: _Finished | None = None
        with place, el("div", "o-acts"):
            self._stop = button("Stop", "small", "stop", on=lambda: actions.stop(lane_uid))
            self._copy = copy_tool("Copy the answer", lambda: reply().text)
            self._again = tool("refresh", "Ask again", "tight", on=lambda: actions.again(lane_uid))
            self._compare = tool(
                "difference", "Compare with another answer", "tight", on=lambda: actions.compare(lane_uid)
            )
            self._rest = el("span", "o-finished")
            text("", "o-grow")
            self._steps = Steps("version", step)
            self._go_on = button("Continue", "small", on=lambda: actions.go_on(lane_uid))
            self._adopt = text("", "o-btn small", tag="button", type="button").on("click", self._toggle_adopted)

    def show(self, reply: ModelReply, standing: Standing) -> None:
        """Offer what the version on screen allows."""
        over, self._adopted, self._shut = reply.state.over, standing.adopted, standing.shut
        self._covered, self._bound = standing.covered, standing.removed or standing.covered
        cut = reply.state is ReplyState.STOPPED or reply.finish is FinishReason.LENGTH
        finished = over and bool(reply.text)
        self._stop.set_visibility(not over)
        self._copy.set_visibility(bool(reply.text))
        self._compare.set_visibility(finished)
        self._again.set_visibility(over and not standing.removed)
        self._go_on.set_visibility(finished and cut and standing.at == standing.count - 1)
        self._steps.show(standing.at, standing.count)
        self._adopt.set_visibility(finished)
        self._adopt.set_text("Undo adopt" if standing.adopted else "Adopt")
        self._show_finished(reply, finished=finished)

    def _show_finished(self, reply: ModelReply, *, finished: bool) -> None:
        """Draw what only a finished answer needs when there is one: a card has to be there at once."""
        if finished and not self._finished:
            with self._rest:
                self._finished = _Finished(self._place, self._rate, self._choices)
        if self._finished:
            self._finished.show(reply, offered=finished)

    def _fold(self) -> object:
        return self._actions.shut(self._uid, not self._shut)

    def _toggle_adopted(self) -> object:
        return self._actions.adopt("" if self._adopted else self._reply().uid)

    def _fork(self) -> object:
        return self._actions.fork(self._reply().uid)

    def _rate(self, rating: Rating, remark: str) -> object:
        return self._actions.rate(self._reply().uid, rating, remark)

    def _choices(self) -> list[Choice]:
        choices = list[Choice]()
        if not self._covered:
            choices.append(Choice("call_split", "Fork a new chat from here", self._fork))
        if not self._bound:
            choices.append(Choice("send", "Write to this lane only", lambda: self._actions.reply_to(self._uid)))
            choices.append(Choice("arrow_back", "Move one place back", lambda: self._actions.move(self._uid, -1)))
            choices.append(Choice("arrow_forward", "Move one place on", lambda: self._actions.move(self._uid, 1)))
        shut = self._shut
        choices.append(Choice("expand_more" if shut else "expand_less", "Expand" if shut else "Collapse", self._fold))
        return choices


class _Finished:
    """Thumbs, and the menu of what is done seldom."""

    def __init__(
        self, place: Element, rate: Callable[[Rating, str], object], choices: Callable[[], list[Choice]]
    ) -> None:
        self._ratings = RatingTools(place, rate)
        self._more = tool("more_horiz", "More for this answer", "tight")
        self._more.on("click", lambda: open_menu(self._more, choices()))

    def show(self, reply: ModelReply, *, offered: bool) -> None:
        """Show how the answer was rated, or nothing while there is none."""
        self._ratings.show(reply, offered=offered)
        self._more.set_visibility(offered)
