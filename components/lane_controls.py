"""What can be done with one answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nicegui.element import Element

from components.copying import copy_tool
from components.menu import Choice, open_menu
from components.pieces import ICONS, attrs, button, el, raw, text, tool
from components.rating_tools import RatingTools
from components.steps import Steps
from omnichat.deltas import FinishReason
from services.chats.replies import ModelReply, Rating, ReplyState

STOP = f'<i class="o-icon s" aria-hidden="true">{ICONS["stop"]}</i><span>Stop</span>'  # one element instead of three


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
    """The buttons below an answer: only Stop while it is written, the others as soon as there is one."""

    def __init__(
        self,
        lane_uid: str,
        actions: LaneActions,
        *,
        reply: Callable[[], ModelReply],
        step: Callable[[int], object],
    ) -> None:
        self._finished: _Finished | None = None
        place = el("div", "o-under-answer")
        self._finish: Callable[[], _Finished] = lambda: _Finished(place, lane_uid, actions, reply, step)
        with place, el("div", "o-acts") as self._row:
            self._stop = raw(STOP, "o-btn small", tag="button")
        attrs(self._stop, type="button").on("click", lambda: actions.stop(lane_uid))

    def show(self, reply: ModelReply, standing: Standing) -> None:
        """Offer what the version on screen allows."""
        self._stop.set_visibility(not reply.state.over)
        if self._finished is None:
            if not reply.state.over and standing.count < 2:
                return  # a card has to be there at once, and this can wait
            with self._row:
                self._finished = self._finish()
        self._finished.show(reply, standing)


class _Finished:
    """What can be done with an answer once it is there; the buttons stay, so the keyboard does not lose its place."""

    def __init__(
        self,
        place: Element,
        lane_uid: str,
        actions: LaneActions,
        reply: Callable[[], ModelReply],
        step: Callable[[int], object],
    ) -> None:
        self._uid = lane_uid
        self._actions = actions
        self._reply = reply
        self._standing: Standing | None = None
        self._copy = copy_tool("Copy the answer", lambda: reply().text)
        self._again = tool("refresh", "Ask again", "tight", on=lambda: actions.again(lane_uid))
        self._compare = tool("difference", "Compare with another answer", "tight", on=lambda: actions.compare(lane_uid))
        with el("span", "o-finished"):
            self._ratings = RatingTools(place, self._rate)
            self._more = tool("more_horiz", "More for this answer", "tight")
            self._more.on("click", lambda: open_menu(self._more, self._choices()))
        text("", "o-grow")
        self._steps = Steps("version", step)
        self._go_on = button("Continue", "small", on=lambda: actions.go_on(lane_uid))
        self._adopt = text("", "o-btn small", tag="button", type="button").on("click", self._toggle_adopted)

    def show(self, reply: ModelReply, standing: Standing) -> None:
        """Offer what the version on screen allows."""
        self._standing = standing
        over = reply.state.over
        cut = reply.state is ReplyState.STOPPED or reply.finish is FinishReason.LENGTH
        finished = over and bool(reply.text)
        self._copy.set_visibility(bool(reply.text))
        self._compare.set_visibility(finished)
        self._again.set_visibility(over and not standing.removed)
        self._go_on.set_visibility(finished and cut and standing.at == standing.count - 1)
        self._steps.show(standing.at, standing.count)
        self._adopt.set_visibility(finished)
        self._adopt.set_text("Undo adopt" if standing.adopted else "Adopt")
        self._ratings.show(reply, offered=finished)
        self._more.set_visibility(finished)

    def _toggle_adopted(self) -> object:
        adopted = self._standing and self._standing.adopted
        return self._actions.adopt("" if adopted else self._reply().uid)

    def _fork(self) -> object:
        return self._actions.fork(self._reply().uid)

    def _rate(self, rating: Rating, remark: str) -> object:
        return self._actions.rate(self._reply().uid, rating, remark)

    def _choices(self) -> list[Choice]:
        standing, actions, uid = self._standing, self._actions, self._uid
        if standing is None:
            return []
        choices = list[Choice]()
        if not standing.covered:
            choices.append(Choice("call_split", "Fork a new chat from here", self._fork))
            if not standing.removed:
                choices.append(Choice("send", "Write to this lane only", lambda: actions.reply_to(uid)))
                choices.append(Choice("arrow_back", "Move one place back", lambda: actions.move(uid, -1)))
                choices.append(Choice("arrow_forward", "Move one place on", lambda: actions.move(uid, 1)))
        fold = ("expand_more", "Expand") if standing.shut else ("expand_less", "Collapse")
        choices.append(Choice(*fold, lambda: actions.shut(uid, not standing.shut)))
        return choices
