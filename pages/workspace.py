"""One person's window: the frame, and the room that an address asks for."""

from __future__ import annotations

from collections.abc import Sequence

from pages.admin.room import AdminRoom
from pages.chat_desk import ChatDesk
from pages.chat_room import ChatRoom
from pages.frame import Frame
from pages.guide import draw_guide
from pages.leaderboard import LeaderboardRoom
from pages.settings_room import SettingsRoom
from services.people.person import Person
from services.wiring import Services


class Workspace:
    """Draw the frame once; rooms come and go in it."""

    def __init__(self, services: Services, who: Person, *, theme: str) -> None:
        self._frame = Frame(services, who, theme=theme, choices=lambda uid: self._chat_desk.choices(uid))
        self._chat_desk = ChatDesk(services, who, self._frame.toasts, lambda: self._chat.uid)
        self._chat = ChatRoom(self._frame, self._chat_desk)
        self._settings = SettingsRoom(self._frame)
        self._admin = AdminRoom(self._frame)
        self._leaders = LeaderboardRoom(self._frame)

    async def go(self, path: str, models: Sequence[str] = ()) -> bool:
        """Show what belongs at ``path``, a new chat asking ``models``; return whether anything does."""
        match path.strip("/").split("/"):
            case [""]:
                return await self._chat.begin(models)
            case ["c", uid]:
                return await self._chat.open(uid)
            case ["help"]:
                await self._chat.leave()
                self._frame.clear("Help", active="/help")
                with self._frame.room:
                    draw_guide()
                found = True
            case ["leaderboard"]:
                await self._chat.leave()
                await self._leaders.open()
                found = True
            case ["settings", *rest]:
                await self._chat.leave()
                found = await self._settings.open(rest)
            case ["admin", *rest]:
                await self._chat.leave()
                found = await self._admin.open(rest)
            case _:
                await self._chat.leave()
                found = False
        if not found:
            self._frame.show_missing()
        await self._frame.show_list()
        return found
