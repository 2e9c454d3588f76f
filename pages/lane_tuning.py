"""How the models of a conversation are asked: the dialog about a lane, and what it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nicegui import ui

from components.lane_settings import LaneSettings, LaneSettingsActions, Stock
from components.marks import letters_for
from components.toasts import Toasts
from services.chats.conversations import Conversation, Lane
from services.chats.personas import Persona
from services.models.defaults import Preset, TooManyPresetsError
from services.people.person import Person
from services.wiring import Services


class LaneTuning:
    """Open the dialog about a lane and carry out what it says; ``remove`` and ``add`` take lanes away and in."""

    def __init__(self, services: Services, who: Person, toasts: Toasts) -> None:
        self._services = services
        self._who = who
        self._toasts = toasts
        self._client = ui.context.client

    async def open(
        self, uid: str, lane_uid: str, *, remove: Callable[[str], object], add: Callable[[Lane], object]
    ) -> None:
        """Let the person name a lane, let it wear a persona, and set how its model is asked."""
        services, who = self._services, self._who
        conversation = await services.chats.open(who, uid)
        lane = conversation.lane(lane_uid)
        stock = Stock(
            defaults=await services.defaults.of(who),
            presets=await services.defaults.presets(who),
            personas=await services.personas.all(who),
        )
        actions = LaneSettingsActions(
            limits=lambda model, effort: services.limits.of(who, model, effort),
            save=lambda changed: services.chats.change_lane(who, uid, changed),
            remove=remove,
            add_again=add,
            for_all=lambda changed: self._for_all(conversation, changed),
            as_default=lambda changed: self._as_default(conversation, changed),
            keep_preset=self._keep_preset,
            keep_persona=self._keep_persona,
        )
        with self._client:
            settings = LaneSettings(lane, letters_for(conversation)[lane_uid], stock, actions)
            settings.dialog.open()
        await settings.draw()

    async def _for_all(self, conversation: Conversation, changed: Lane) -> None:
        """Ask all lanes like this one; those that wear a persona keep who they are."""
        before = [lane for lane in conversation.active_lanes if lane.uid != changed.uid]
        await self._services.chats.change_lane(self._who, conversation.uid, changed)
        for lane in before:
            role = lane.parameters.system_prompt if lane.persona else changed.parameters.system_prompt
            parameters = replace(changed.parameters, system_prompt=role)
            await self._change(conversation, replace(lane, parameters=parameters))

        async def undo() -> None:
            for lane in before:
                await self._change(conversation, lane)

        self._say(f"All {len(before) + 1} lanes are asked like {changed.name}.", undo)

    async def _as_default(self, conversation: Conversation, changed: Lane) -> None:
        """Let all lanes that say nothing else be asked like this one."""
        defaults = self._services.defaults
        former = await defaults.of(self._who)
        await self._services.chats.change_lane(self._who, conversation.uid, changed)
        await defaults.set(self._who, changed.parameters)
        self._say(
            "Saved as your default, for every lane that sets nothing else.", lambda: defaults.set(self._who, former)
        )

    async def _keep_preset(self, preset: Preset) -> None:
        try:
            await self._services.defaults.keep_preset(self._who, preset)
        except TooManyPresetsError as error:
            self._say(str(error))
        else:
            self._say(f"“{preset.name}” is kept among your presets.")

    async def _keep_persona(self, persona: Persona) -> Persona:
        kept = await self._services.personas.save(self._who, persona)
        self._say(f"{kept.name} is a persona now. Settings → Personas has its picture and colour.")
        return kept

    async def _change(self, conversation: Conversation, lane: Lane) -> None:
        await self._services.chats.change_lane(self._who, conversation.uid, lane)

    def _say(self, words: str, undo: Callable[[], object] | None = None) -> None:
        with self._client:
            self._toasts.show(words, label="Undo" if undo else "", act=undo)
