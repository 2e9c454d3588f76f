"""Who is asked: adding, changing and putting away the lanes of a conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from nicegui import ui

from components.consent import ask_consent
from components.menu import Choice
from components.toasts import Toasts
from pages.lane_tuning import LaneTuning
from pages.model_desk import ModelDesk
from services.chats.choosing import ManyLanesError
from services.chats.conversations import Conversation, Lane
from services.people.person import Person
from services.wiring import Services


class LaneDesk:
    """Open the dialogs about lanes and carry out what they say."""

    def __init__(self, services: Services, who: Person, toasts: Toasts) -> None:
        self._services = services
        self._who = who
        self._toasts = toasts
        self._client = ui.context.client
        self._tuning = LaneTuning(services, who, toasts)
        self._model_desk = ModelDesk(services, who, toasts)

    async def pick(self, uid: str) -> None:
        """Let the person choose whom the conversation asks."""
        conversation = await self._services.chats.open(self._who, uid)

        async def ask(models: list[str], anyway: bool = False) -> None:
            before = {lane.uid for lane in conversation.active_lanes}
            try:
                gone = await self._services.choosing.choose(self._who, uid, models, anyway=anyway)
            except ManyLanesError as error:
                go_on, back = partial(ask, models, anyway=True), partial(self._model_desk.open, ask, picked=models)
                self._make_sure(error, len(models), go_on, back)
                return
            self._tell_put_away(conversation, gone)
            self._offer_the_past(conversation, [each for each in conversation.active_lanes if each.uid not in before])

        await self._model_desk.open(ask, picked=[lane.model for lane in conversation.active_lanes])

    async def change_model(self, uid: str, lane_uid: str) -> None:
        """Let the person choose another model for a lane."""
        lane = (await self._services.chats.open(self._who, uid)).lane(lane_uid)

        async def ask(models: list[str]) -> None:
            await self._services.choosing.swap(self._who, uid, lane_uid, models[0])

        await self._model_desk.open(ask, picked=[lane.model], for_one=f"Another model for {lane.name}")

    async def settings(self, uid: str, lane_uid: str) -> None:
        """Let the person name a lane and set how its model is asked."""
        conversation = await self._services.chats.open(self._who, uid)
        await self._tuning.open(
            uid,
            lane_uid,
            remove=lambda gone: self.remove(uid, gone),
            add=lambda lane: self._add(conversation, lane),
        )

    async def remove(self, uid: str, lane_uid: str) -> None:
        """Put a lane away; its answers stay in the chat, and it can come back."""
        chats = self._services.chats
        conversation = await chats.open(self._who, uid)
        lane = conversation.lane(lane_uid)
        if lane.removed:
            return
        await chats.change_lane(self._who, uid, replace(lane, removed=True))
        self._tell_put_away(conversation, [lane])

    async def move(self, uid: str, lane_uid: str, to: str | int) -> None:
        """Put a lane in the place of another, or so many places on."""
        conversation = await self._services.chats.open(self._who, uid)
        lanes = list(conversation.lanes)
        voices = [lane.uid for lane in conversation.active_lanes]
        if lane_uid not in voices or to == lane_uid:
            return
        if isinstance(to, int):
            to = voices[min(max(voices.index(lane_uid) + to, 0), len(voices) - 1)]
        at = lanes.index(conversation.lane(to))
        lane = conversation.lane(lane_uid)
        lanes.remove(lane)
        lanes.insert(at, lane)
        await self._services.chats.set_lanes(self._who, uid, lanes)

    def choices(self, conversation: Conversation) -> list[Choice]:
        """Return what the chat's menu offers for lanes that were put away, and for those that came later."""
        path = conversation.path
        away = [lane for lane in conversation.voices if lane.removed]
        late = [lane for lane in conversation.active_lanes if any(lane.uid not in turn.replies for turn in path)]
        return [
            *(
                Choice("undo", f"Bring back {lane.name}", partial(self._bring_back, conversation, lane))
                for lane in away
            ),
            *(
                Choice("history", f"{lane.name}: answer the thread so far", partial(self._backfill, conversation, lane))
                for lane in late
            ),
        ]

    async def _bring_back(self, conversation: Conversation, lane: Lane) -> None:
        await self._services.chats.change_lane(self._who, conversation.uid, replace(lane, removed=False))

    async def _backfill(self, conversation: Conversation, *lanes: Lane) -> None:
        for lane in lanes:
            await self._services.asking.backfill(self._who, conversation.uid, lane.uid)

    def _offer_the_past(self, conversation: Conversation, lanes: Sequence[Lane]) -> None:
        """Say that new lanes start here, and offer that they answer what was asked before."""
        if not (lanes and conversation.path):
            return
        words = f"{lanes[0].name} starts here." if len(lanes) == 1 else f"{len(lanes)} lanes start here."
        with self._client:
            act = partial(self._backfill, conversation, *lanes)
            self._toasts.show(words, label="Answer the thread so far", act=act)

    def _tell_put_away(self, conversation: Conversation, lanes: Sequence[Lane]) -> None:
        """Say which lanes are not asked any more, with a way back."""
        chats = self._services.chats
        if not lanes:
            return
        answered = any(lane.uid in turn.replies for lane in lanes for turn in conversation.turns)
        name = f"Lane {lanes[0].name}" if len(lanes) == 1 else f"{len(lanes)} lanes"
        kept = f" {'Its' if len(lanes) == 1 else 'Their'} answers stay in the chat." if answered else ""

        async def undo() -> None:
            for lane in lanes:
                await chats.change_lane(self._who, conversation.uid, replace(lane, removed=False))

        with self._client:
            self._toasts.show(f"{name} put away.{kept}", label="Undo", act=undo)

    async def _add(self, conversation: Conversation, lane: Lane, anyway: bool = False) -> None:
        try:
            added = await self._services.choosing.add(self._who, conversation.uid, lane, anyway=anyway)
        except ManyLanesError as error:
            go_on = partial(self._add, conversation, lane, anyway=True)
            self._make_sure(error, len(conversation.active_lanes) + 1, go_on)
        else:
            self._offer_the_past(conversation, [added])

    def _make_sure(
        self, error: ManyLanesError, count: int, go_on: Callable[[], object], back: Callable[[], object] | None = None
    ) -> None:
        """Ask whether so many lanes are meant."""
        with self._client:
            keep = "Choose again" if back else "Cancel"
            ask_consent(f"Ask {count} lanes?", str(error), f"Ask {count}", go_on, keep=keep, back=back, tone="main")
