"""Who is asked: adding, changing and putting away the lanes of a conversation."""

from __future__ import annotations

from dataclasses import replace

from nicegui import ui

from components.model_picker import ModelPicker
from components.toasts import Toasts
from pages.lane_tuning import LaneTuning
from services.conversations import Conversation, Lane
from services.people import Person
from services.replies import new_uid
from services.wiring import Services


class LaneDesk:
    """Open the dialogs about lanes and carry out what they say."""

    def __init__(self, services: Services, who: Person, toasts: Toasts) -> None:
        self._services = services
        self._who = who
        self._toasts = toasts
        self._client = ui.context.client
        self._tuning = LaneTuning(services, who, toasts)

    async def pick(self, uid: str) -> None:
        """Let the person choose models; the dialog is there at once, and fills as providers answer."""
        conversation = await self._services.chats.open(self._who, uid)
        catalogue = self._services.catalogue

        async def add(model: str, title: str) -> None:
            await self._add(conversation, Lane(model=model, name=title))
            picker.refresh()

        async def remove(model: str) -> None:
            for last in [lane for lane in conversation.active_lanes if lane.model == model][-1:]:
                await self._services.chats.change_lane(self._who, uid, replace(last, removed=True))
            picker.refresh()

        with self._client:
            picker = ModelPicker(
                catalogue.known(self._who),
                loading=True,
                count=lambda model: sum(lane.model == model for lane in conversation.active_lanes),
                add=add,
                remove=remove,
            )
            picker.dialog.open()
        offers = await catalogue.offers(self._who)
        if not picker.dialog.is_deleted:
            picker.show(offers, loading=False)

    async def settings(self, uid: str, lane_uid: str) -> None:
        """Let the person name a lane and set how its model is asked."""
        conversation = await self._services.chats.open(self._who, uid)
        await self._tuning.open(
            uid,
            lane_uid,
            remove=lambda gone: self.remove(uid, gone),
            add=lambda lane: self._add(conversation, replace(lane, uid=new_uid())),
        )

    async def remove(self, uid: str, lane_uid: str) -> None:
        """Put a lane away; its answers stay in the chat, and it can come back."""
        chats = self._services.chats
        conversation = await chats.open(self._who, uid)
        lane = conversation.lane(lane_uid)
        if lane.removed:
            return
        answered = any(lane_uid in turn.replies for turn in conversation.turns)
        await chats.change_lane(self._who, uid, replace(lane, removed=True))
        with self._client:
            self._toasts.show(
                f"Lane {lane.name} put away.{' Its answers stay in the chat.' if answered else ''}",
                label="Undo",
                act=lambda: chats.change_lane(self._who, uid, replace(lane, removed=False)),
            )

    async def _add(self, conversation: Conversation, lane: Lane) -> None:
        names = {other.name for other in conversation.active_lanes}
        number, name = 2, lane.name
        while name in names:
            name, number = f"{lane.name} {number}", number + 1
        await self._services.chats.add_lane(self._who, conversation.uid, replace(lane, name=name))
