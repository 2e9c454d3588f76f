"""What is done with the turns of the conversation on screen."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Protocol

from nicegui import ui

from components.chat_tree import ChatTree
from components.turn_actions import TurnActions
from pages.chat_tuning import ChatTuning
from pages.frame import Frame
from pages.judge_desk import JudgeDesk
from pages.lane_desk import LaneDesk
from services.chats.branches import branches
from services.chats.conversations import Conversation, NotThereError
from services.chats.replies import Rating


class Ask(Protocol):
    """Whoever sends a prompt."""

    def __call__(self, prompt: str, *, instead_of: str) -> Coroutine[None, None, bool]:
        """Return whether it was sent; it stands beside the turn it is asked ``instead_of``."""


class TurnDesk:
    """Carry out what cards and headings ask; ``shown`` tells the conversation on screen."""

    def __init__(
        self,
        frame: Frame,
        lane_desk: LaneDesk,
        judge_desk: JudgeDesk,
        tuning: ChatTuning,
        shown: Callable[[], str],
        *,
        ask: Ask,
        write_to: Callable[[str], object],
        changed: Callable[[], None],
    ) -> None:
        self._frame = frame
        self._services = frame.services
        self._who = frame.who
        self._lane_desk = lane_desk
        self._judge_desk = judge_desk
        self._tuning = tuning
        self._shown = shown
        self._ask = ask
        self._write_to = write_to
        self._changed = changed

    def actions(self) -> TurnActions:
        """Return what the turns ask of this desk."""
        asking, verdicts, who = self._services.asking, self._services.verdicts, self._who
        return TurnActions(
            stop=lambda turn, lane: asking.stop(who, self._shown(), turn, lane),
            again=lambda turn, lane: asking.again(who, self._shown(), turn, lane),
            go_on=lambda turn, lane: asking.go_on(who, self._shown(), turn, lane),
            settings=lambda lane: self._lane_desk.settings(self._shown(), lane),
            reply_to=self._write_to,
            move=lambda lane, to: self._lane_desk.move(self._shown(), lane, to),
            adopt=lambda turn, reply: verdicts.adopt(who, self._shown(), turn, reply),
            choose=lambda turn, reply: verdicts.choose(who, self._shown(), turn, reply),
            rate=self._rate,
            fork=self._fork,
            stop_all=lambda turn: asking.stop(who, self._shown(), turn),
            retry_failed=lambda turn: asking.retry_failed(who, self._shown(), turn),
            walk=lambda turn: verdicts.walk(who, self._shown(), turn),
            ask_instead=lambda turn, words: self._ask(words, instead_of=turn),
            find=asking.stream,
            say=self._frame.say,
            changed=self._changed,
            compare=lambda turn, lane: self._judge_desk.compare(self._shown(), turn, lane),
            vote=lambda turn, verdict, winner, tag: self._judge_desk.vote(self._shown(), turn, verdict, winner, tag),
            tags=lambda: self._judge_desk.tags,
            judges=self._judge_desk.actions(self._shown()),
            shut=lambda turn, lane, on: self._tuning.shut(self._shown(), turn, lane, on=on),
            keep_open=lambda turn, on: self._tuning.keep_open(self._shown(), turn, on=on),
        )

    async def withdraw(self, turn: str) -> str:
        """Take back a prompt that waits and return its words; nothing when an answer has begun meanwhile."""
        try:
            return await self._services.asking.withdraw(self._who, self._shown(), turn)
        except NotThereError:
            self._frame.toasts.show("That prompt is being answered already.")
            return ""

    def show_branches(self, conversation: Conversation, bring: Callable[[str], object]) -> None:
        """Show all turns of the conversation; the one that is chosen gets into its path, then ``bring`` shows it."""

        async def walk(turn_uid: str) -> None:
            if conversation.turn(turn_uid) not in conversation.path:
                await self._services.verdicts.walk(self._who, conversation.uid, turn_uid)
            bring(turn_uid)

        with self._frame.client:
            ChatTree(branches(conversation), walk).dialog.open()

    async def _rate(self, turn: str, reply: str, rating: Rating, remark: str) -> None:
        await self._services.verdicts.rate(self._who, self._shown(), turn, reply, rating, remark)

    async def _fork(self, reply: str) -> None:
        made = await self._services.forking.fork(self._who, self._shown(), reply)
        with self._frame.client:
            ui.navigate.to(f"/c/{made.uid}")
