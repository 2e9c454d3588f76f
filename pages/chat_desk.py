"""What can be done with a whole conversation: naming, taking along, deleting."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from components.menu import Choice
from components.rename import ask_name
from components.toasts import Toasts
from services.chats.exporting import as_json, as_markdown, file_name
from services.people.person import Person
from services.wiring import Services


class ChatDesk:
    """Offer and carry out what a person wants done with a conversation; ``shown`` tells the one on screen."""

    def __init__(self, services: Services, who: Person, toasts: Toasts, shown: Callable[[], str]) -> None:
        self._services = services
        self._who = who
        self._toasts = toasts
        self._shown = shown
        self._client = ui.context.client

    def choices(self, uid: str) -> list[Choice]:
        """Return the lines of a conversation's menu."""
        return [
            Choice("edit", "Rename", lambda: self._rename(uid)),
            Choice("download", "Export as Markdown", lambda: self._export(uid, "md")),
            Choice("code", "Export as JSON", lambda: self._export(uid, "json")),
            Choice("delete", "Delete", lambda: self._delete(uid), "bad"),
        ]

    async def _rename(self, uid: str) -> None:
        chats = self._services.chats
        title = (await chats.open(self._who, uid)).title
        with self._client:
            ask_name(
                "Rename this chat",
                title,
                lambda title: chats.rename(self._who, uid, title),
                label="Title",
                most=200,
            )

    async def _export(self, uid: str, ending: str) -> None:
        conversation = await self._services.chats.open(self._who, uid)
        written = as_markdown(conversation) if ending == "md" else as_json(conversation)
        with self._client:
            ui.download.content(written.encode(), file_name(conversation, ending))

    async def _delete(self, uid: str) -> None:
        title = (await self._services.chats.open(self._who, uid)).title or "New chat"
        here = uid == self._shown()
        await self._services.chats.delete(self._who, uid)
        with self._client:
            if here:
                ui.navigate.to("/")
            self._toasts.show(f"“{title}” is deleted.", label="Undo", act=lambda: self._restore(uid, here=here))

    async def _restore(self, uid: str, *, here: bool) -> None:
        await self._services.chats.restore(self._who, uid)
        if here:
            with self._client:
                ui.navigate.to(f"/c/{uid}")
