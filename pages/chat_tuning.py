"""How the conversation on screen is asked: its mode, layout, cap, race and order."""

from __future__ import annotations

from dataclasses import replace

from nicegui import ui

from components.cap_dialog import ask_cap
from components.menu import Choice
from services.chats.chat_settings import ChatSettings, Layout
from services.chats.contexts import ContextMode
from services.chats.conversations import Conversation
from services.people.person import Person
from services.wiring import Services


class ChatTuning:
    """Change the settings of a conversation and keep them."""

    def __init__(self, services: Services, who: Person) -> None:
        self._services = services
        self._who = who
        self._client = ui.context.client

    async def see(self, conversation: Conversation, mode: ContextMode) -> None:
        """Let the next turn see this."""
        await self._keep(conversation, replace(conversation.settings, mode=mode))

    async def lay_out(self, conversation: Conversation, layout: Layout) -> None:
        """Let answers stand so."""
        await self._keep(conversation, replace(conversation.settings, layout=layout))

    async def toggle_lock(self, conversation: Conversation) -> None:
        """Let cards scroll together, or each by itself."""
        await self._keep(
            conversation, replace(conversation.settings, locked_scroll=not conversation.settings.locked_scroll)
        )

    async def shut(self, uid: str, turn_uid: str, lane_uid: str, *, on: bool) -> None:
        """Leave only head and tools of a card, or show all of it."""
        conversation = await self._services.chats.open(self._who, uid)
        await self._keep(conversation, conversation.settings.with_card(turn_uid, lane_uid, shut=on))

    async def keep_open(self, uid: str, turn_uid: str, *, on: bool) -> None:
        """Let a turn stay open though newer ones follow, or not."""
        conversation = await self._services.chats.open(self._who, uid)
        await self._keep(conversation, conversation.settings.with_turn(turn_uid, opened=on))

    def cap(self, conversation: Conversation) -> None:
        """Ask how much a prompt may cost."""
        with self._client:
            ask_cap(conversation.settings, lambda settings: self._keep(conversation, settings))

    def choices(self, conversation: Conversation) -> list[Choice]:
        """Return the lines of the chat's menu that are about how it is asked."""
        settings = conversation.settings
        return [
            Choice(
                "check_box" if settings.race else "bolt",
                "Race is on: the first full answer stops the others"
                if settings.race
                else "Race: first full answer wins",
                lambda: self._keep(conversation, replace(settings, race=not settings.race)),
            ),
            Choice(
                "check_box" if settings.sequential else "view_agenda",
                "One lane at a time is on" if settings.sequential else "One lane at a time",
                lambda: self._keep(conversation, replace(settings, sequential=not settings.sequential)),
            ),
            Choice("savings", "Cap per prompt", lambda: self.cap(conversation)),
        ]

    async def _keep(self, conversation: Conversation, settings: ChatSettings) -> None:
        await self._services.chats.change_settings(self._who, conversation.uid, settings)
