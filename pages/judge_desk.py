"""Bringing answers together and telling them apart: judges, differences, votes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from nicegui import ui

from components.difference_view import DifferenceView, Said
from components.judge_card import JudgeActions
from components.marks import letters_for
from components.model_figures import name_of
from components.synthesis_panel import PanelActions, SynthesisPanel
from components.toasts import Toasts
from pages.model_desk import ModelDesk
from services.chats.ballots import Verdict
from services.chats.conversations import Conversation, Turn
from services.chats.covers import is_covered, letter, shown_lanes
from services.chats.replies import ModelReply, Purpose
from services.chats.synthesis import FEWEST, NotEnoughError, answers_to, left_out, own_words
from services.people.person import Person
from services.wiring import Services

JUDGE = "judge"


class JudgeDesk:
    """Open the dialogs about several answers and carry out what they say."""

    def __init__(self, services: Services, who: Person, toasts: Toasts, say: Callable[[str], None]) -> None:
        self._services = services
        self._who = who
        self._toasts = toasts
        self._say = say
        self._client = ui.context.client
        self._model_desk = ModelDesk(services, who, toasts)
        self._begun: set[str] = set()
        self.tags: Sequence[str] = ()

    async def learn(self) -> None:
        """Read which tags votes wore so far."""
        self.tags = await self._services.votes.tags(self._who)

    def actions(self, uid: str) -> JudgeActions:
        """Return what the turns of a conversation ask about syntheses."""
        services, who = self._services, self._who
        return JudgeActions(
            fuse=lambda turn: self._open_panel(uid, turn),
            change=lambda turn, reply: self._open_panel(uid, turn, reply),
            stop=self._stop,
            again=lambda turn, reply: services.synthesis.again(who, uid, turn, reply),
            adopt=lambda turn, reply: services.verdicts.adopt(who, uid, turn, reply),
            tick=lambda turn, reply, point, on: services.verdicts.tick(who, uid, turn, reply, point, on=on),
            merge=lambda turn, reply, points: self._merge(uid, turn, reply, points),
            cost=services.synthesis.cost,
            find=services.asking.stream,
            say=self._say,
            begun_here=self._begun.__contains__,
        )

    async def compare(self, uid: str, turn_uid: str, lane_uid: str) -> None:
        """Show how one answer differs from the others to the same turn."""
        conversation = await self._services.chats.open(self._who, uid)
        turn = conversation.turn(turn_uid)
        answers = _answers(conversation, turn)
        first = next((at for at, answer in enumerate(answers) if answer.lane.uid == lane_uid), None)
        if first is None or len(answers) < FEWEST:
            self._toasts.show("There is no other answer to compare this one with yet.")
            return
        with self._client:
            DifferenceView(answers, first).dialog.open()

    async def vote(self, uid: str, turn_uid: str, verdict: Verdict, winner: str, tag: str) -> None:
        """Count the person's vote; the names appear with it."""
        await self._services.votes.cast(self._who, uid, turn_uid, verdict, winner, tag=tag)
        await self.learn()
        self._say("Your vote is counted. The names are shown.")

    async def toggle_blind(self, uid: str) -> None:
        """Hide who answers in this conversation, or show it again."""
        settings = (await self._services.chats.open(self._who, uid)).settings
        await self._services.chats.change_settings(self._who, uid, replace(settings, blind=not settings.blind))
        self._say("Names are shown." if settings.blind else "Names are hidden until you vote.")

    def _stop(self, reply: ModelReply) -> None:
        if stream := self._services.asking.stream(reply):
            stream.stop()

    async def _open_panel(self, uid: str, turn_uid: str, former: str = "") -> None:
        """Ask what shall be done by whom, beginning with the task of the ``former`` synthesis if one is named."""
        conversation = await self._services.chats.open(self._who, uid)
        turn = conversation.turn(turn_uid)
        if len(answers_to(conversation, turn)) < FEWEST:
            self._toasts.show("Two answers have to be there before they can be brought together.")
            return
        missing = left_out(conversation, turn)
        gone = {lane.uid for lane in missing}
        usual = conversation.active_lanes[0].model if conversation.active_lanes else ""
        judge = await self._services.preferences.get(self._who, JUDGE, "") or usual
        name, synthesis = await self._name(judge), self._services.synthesis

        async def take(models: list[str]) -> None:
            panel.take_judge(models[0], await self._name(models[0]))

        actions = PanelActions(
            estimate=lambda purpose, model, words: synthesis.estimate(conversation, turn, purpose, model, words),
            begin=lambda purpose, model, words: self._begin(uid, turn_uid, purpose, model, words),
            pick_judge=lambda: self._model_desk.open(take, picked=[], for_one="A judge for these answers"),
        )
        with self._client:
            panel = SynthesisPanel(
                [lane.name for lane in shown_lanes(conversation, turn) if lane.uid not in gone],
                [f"{lane.name} ({turn.replies[lane.uid][-1].state})" for lane in missing],
                actions,
                judge=judge,
                name=name,
            )
            if former:
                reply = conversation.every_reply()[former]
                panel.take_task(reply.purpose, own_words(reply))
            panel.dialog.open()

    async def _name(self, model: str) -> str:
        entry = await self._services.catalogue.entry(self._who, model)
        return name_of(entry) if entry else model.rpartition("/")[2] or model

    async def _begin(self, uid: str, turn_uid: str, purpose: Purpose, model: str, words: str) -> None:
        await self._services.preferences.set(self._who, JUDGE, model)
        await self._judge(uid, turn_uid, purpose, model, words=words)

    async def _merge(self, uid: str, turn_uid: str, reply_uid: str, points: Sequence[str]) -> None:
        conversation = await self._services.chats.open(self._who, uid)
        model = conversation.every_reply()[reply_uid].model
        await self._judge(uid, turn_uid, Purpose.FUSE, model, points=points)

    async def _judge(
        self, uid: str, turn_uid: str, purpose: Purpose, model: str, *, words: str = "", points: Sequence[str] = ()
    ) -> None:
        synthesis = self._services.synthesis
        try:
            reply = await synthesis.begin(self._who, uid, turn_uid, purpose, model, words=words, points=points)
            self._begun.add(reply.uid)
        except NotEnoughError as error:
            self._toasts.show(str(error))


def _answers(conversation: Conversation, turn: Turn) -> list[Said]:
    """Return the standing answers to a turn as they may be shown."""
    lanes = shown_lanes(conversation, turn)
    letters = letters_for(conversation)
    if is_covered(conversation, turn):
        letters = {lane.uid: letter(at) for at, lane in enumerate(lanes)}
    standing = [(lane, turn.standing(lane.uid)) for lane in lanes]
    return [Said(lane=lane, letters=letters[lane.uid], words=reply.text) for lane, reply in standing if reply]
