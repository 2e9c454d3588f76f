"""What stands around every room of the page: the list, the bar, the messages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager

from nicegui import background_tasks, ui

from components.account_menu import AccountMenu
from components.bell import Bell
from components.menu import Choice
from components.pieces import el, link, logo, text, tool
from components.rail import Rail, RailActions
from components.toasts import Toasts
from services.chats.chats import LISTED, TooManyLanesError
from services.chats.conversations import NotThereError
from services.notices import Notice
from services.people.person import NotAllowedError, Person
from services.rates import TooOftenError
from services.wiring import Services

log = logging.getLogger(__name__)

THEMES = {"auto": None, "light": False, "dark": True}


class Frame:
    """Drawn once a page; a room fills ``room``, puts its tools into ``bar`` and what stays below into ``foot``.

    ``choices`` are those of a chat in the list, by its uid.
    """

    def __init__(
        self, services: Services, who: Person, *, theme: str, choices: Callable[[str], Sequence[Choice]]
    ) -> None:
        self.services = services
        self.who = who
        self.client = ui.context.client
        self.theme = theme
        self._dark = ui.dark_mode(THEMES.get(theme))
        self._active = ""
        self._listed = LISTED
        self._following: dict[str, asyncio.Task[None]] = {}
        ui.on_exception(self._broke)
        self.client.on_delete(self._leave)
        self._rail = Rail(RailActions(choices=choices, older=self._show_older), admin=who.is_admin)
        if not services.settings.alone:
            with self._rail.foot:
                AccountMenu(who)
        with el("div", "o-main"):
            with el("header", "o-bar"):
                tool("menu", "Open or hide the list of chats", on=self._rail.toggle)
                self._title = text("", "o-title o-cut o-grow", tag="h1")
                self.bar = el("div", "o-r o-fixed")
                self._bell = Bell(choose=self._go_to, read_all=lambda: services.notices.read(who))
            self.toasts = Toasts()
            with el("div", "o-scroll"):
                self.room = el("div", "o-room")
            self.foot = el("div", "o-below")
            self._said = el("div", "o-unseen", role="status", aria_live="polite")
        self.follow("headings", self._follow_headings())
        self.follow("notices", self._follow_notices())

    def clear(self, title: str, *, active: str = "") -> None:
        """Make room for something else; ``active`` is what the list marks: a chat's uid, or an address."""
        self.follow("room", None)
        self.entitle(title)
        self._active = active
        self.bar.clear()
        self.room.clear()
        self.foot.set_visibility(False)

    def entitle(self, title: str) -> None:
        """Say what the room shows."""
        self._title.set_text(title)
        ui.page_title(f"{title} · OmniChat")

    def show_missing(self) -> None:
        """Say that nothing is at this address."""
        self.clear("Not here")
        with self.room, el("div", "o-welcome"), el("div", "o-c o-middle"):
            logo(38)
            text("This is not here", "o-display", tag="h2")
            text("It was deleted, or the address is not complete. Your chats are in the list.", "o-2 o-lead")
            link("Start a new chat", "/", "o-btn main")

    async def show_list(self) -> None:
        """Show the chats as they are now."""
        headings = await self.services.chats.headings(self.who, self._listed)
        self._rail.show(headings, self._active, more=len(headings) == self._listed)

    def say(self, words: str) -> None:
        """Tell screen readers."""
        self._said.clear()
        with self._said:
            text(words)

    async def choose_theme(self, theme: str) -> None:
        """Show the page in ``auto``, ``light`` or ``dark``, now and from now on."""
        self.theme = theme
        self._dark.set_value(THEMES.get(theme))
        await self.services.preferences.set(self.who, "theme", theme)

    def follow(self, name: str, watching: Coroutine[None, None, None] | None) -> None:
        """Let one task follow ``name``, in place of the one that did; ``room`` is given up with the room."""
        if former := self._following.pop(name, None):
            former.cancel()
        if watching:
            self._following[name] = background_tasks.create(watching, name=name, context=self.room)

    @contextmanager
    def unbroken(self) -> Generator[None, None, None]:
        """Let whoever follows something go on after a failure."""
        try:
            yield
        except Exception as error:
            log.exception("A page could not keep up")
            self._tell(error)

    async def _show_older(self) -> None:
        self._listed += LISTED
        await self.show_list()

    async def _follow_headings(self) -> None:
        async for _ in self.services.chats.watch_headings(self.who):
            with self.unbroken():
                await self.show_list()

    async def _follow_notices(self) -> None:
        async for _ in self.services.notices.watch(self.who):
            with self.unbroken():
                self._bell.show(await self.services.notices.of(self.who))

    async def _go_to(self, notice: Notice) -> None:
        await self.services.notices.read(self.who, notice.uid)
        if notice.link.startswith("/"):
            ui.navigate.to(notice.link)

    def _leave(self) -> None:
        for name in list(self._following):
            self.follow(name, None)

    def _broke(self, error: Exception) -> None:
        if isinstance(error, TimeoutError):  # a slow browser did not answer the frame in time; it still shows
            log.info("A browser answers slowly")
            return
        log.error("A page broke", exc_info=error)
        self._tell(error)

    def _tell(self, error: Exception) -> None:
        if isinstance(error, TooManyLanesError | TooOftenError | NotAllowedError):
            self.toasts.show(str(error))
        elif isinstance(error, NotThereError):
            self.toasts.show("That is not there any more. Load the page again to see what is.")
        else:
            self.toasts.show("That did not work because of a fault on our side. What was saved is safe; try again.")
