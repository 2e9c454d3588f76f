"""What a turn asks of the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from components.judge_card import JudgeActions
from components.lane_controls import LaneActions
from components.vote_bar import CastVote
from services.chats.hub import ReplyStream
from services.chats.replies import ModelReply, Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnActions:
    """Uids come in this order: that of the turn, then that of the lane or of the version.

    ``settings``, ``reply_to`` and ``move`` take the lane's alone, ``fork`` the version's. ``ask_instead`` words the
    prompt of a turn anew and returns whether it was sent. ``changed`` is told when an answer begins, ends or moves up
    in line. ``tags`` are those that votes wore so far. ``shut`` and ``keep_open`` are told whether.
    """

    stop: Callable[[str, str], object]
    again: Callable[[str, str], object]
    go_on: Callable[[str, str], object]
    settings: Callable[[str], object]
    reply_to: Callable[[str], object]
    move: Callable[[str, str | int], object]
    adopt: Callable[[str, str], object]
    choose: Callable[[str, str], object]
    rate: Callable[[str, str, Rating, str], object]
    fork: Callable[[str], object]
    stop_all: Callable[[str], object]
    retry_failed: Callable[[str], object]
    walk: Callable[[str], object]
    ask_instead: Callable[[str, str], Awaitable[bool]]
    find: Callable[[ModelReply], ReplyStream | None]
    say: Callable[[str], None]
    changed: Callable[[], None]
    compare: Callable[[str, str], object]
    vote: CastVote
    tags: Callable[[], Sequence[str]]
    judges: JudgeActions
    shut: Callable[[str, str, bool], object]
    keep_open: Callable[[str, bool], object]

    def of_lanes(self, turn: str) -> LaneActions:
        """Return what the cards of ``turn`` ask."""
        return LaneActions(
            stop=partial(self.stop, turn),
            again=partial(self.again, turn),
            go_on=partial(self.go_on, turn),
            settings=self.settings,
            reply_to=self.reply_to,
            move=self.move,
            adopt=partial(self.adopt, turn),
            choose=partial(self.choose, turn),
            rate=partial(self.rate, turn),
            fork=self.fork,
            compare=partial(self.compare, turn),
            shut=partial(self.shut, turn),
        )
