"""One person's window: the list, one conversation, the composer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Generator
from contextlib import contextmanager

from nicegui import background_tasks, ui

from components.composer import Composer, ComposerActions
from components.menu import Choice, open_menu
from components.pieces import el, link, logo, text, tool
from components.rail import Rail, RailActions
from components.thread import Thread
from components.toasts import Toasts
from components.turn_view import TurnActions
from components.welcome import Welcome
from pages.chat_desk import ChatDesk
from pages.guide import draw_guide
from pages.lane_desk import LaneDesk
from services.asking import EmptyPromptError
from services.chats import LISTED, TooManyLanesError
from services.conversations import Conversation, NotThereError
from services.people import Person
from services.wiring import Services

log = logging.getLogger(__name__)


class Workspace:
    """Draw the frame once, then whatever conversation is asked for, and follow what happens to it anywhere."""

    def __init__(self, services: Services, who: Person, *, theme: str) -> None:
        self._services = services
        self._who = who
        self._conversation: Conversation | None = None
        self._thread: Thread | None = None
        self._home = False
        self._sending = self._just_sent = False
        self._listed = LISTED
        self._following: dict[str, asyncio.Task[None]] = {}
        self._client = ui.context.client
        self._dark = ui.dark_mode({"light": False, "dark": True}.get(theme))
        ui.on_exception(self._broke)
        self._client.on_delete(self._leave)
        self._draw_frame(theme)
        self._lane_desk = LaneDesk(services, who, self._toasts)
        self._chat_desk = ChatDesk(services, who, self._toasts, lambda: self._uid)

    async def open(self, uid: str | None) -> bool:
        """Show a conversation, the blank one without a uid; return whether it is there."""
        self._home = uid is None
        if self._conversation and uid == self._conversation.uid:
            return True
        chats = self._services.chats
        try:
            found = await (chats.blank(self._who) if uid is None else chats.open(self._who, uid))
        except NotThereError:
            self._show_missing()
            return False
        if found is not self._conversation:
            await self._composer.leave()
            self._show(found)
        await self._show_list()
        return True

    async def _show_list(self) -> None:
        headings = await self._services.chats.headings(self._who, self._listed)
        self._rail.show(headings, self._uid, more=len(headings) == self._listed)

    async def _show_older(self) -> None:
        self._listed += LISTED
        await self._show_list()

    def _draw_frame(self, theme: str) -> None:
        self._rail = Rail(
            RailActions(choices=self._choices, theme=self._choose_theme, older=self._show_older),
            theme=theme,
        )
        with el("div", "o-main"):
            with el("header", "o-bar"):
                tool("menu", "Open or hide the list of chats", on=self._rail.toggle)
                self._title = text("", "o-title o-cut o-grow", tag="h1")
                self._more = tool("more_horiz", "More for this chat")
                self._more.on("click", lambda: open_menu(self._more, self._choices(self._uid)))
            self._toasts = Toasts()
            with el("div", "o-scroll"):
                self._room = el("div", "o-room")
            self._composer = Composer(
                ComposerActions(
                    send=self._send,
                    note_draft=self._note_draft,
                    save_draft=self._save_draft,
                    add_lane=lambda: self._lane_desk.pick(self._uid),
                    settings=lambda lane: self._lane_desk.settings(self._uid, lane),
                    remove_lane=lambda lane: self._lane_desk.remove(self._uid, lane),
                )
            )
            self._said = el("div", "o-unseen", role="status", aria_live="polite")
        self._follow("headings", self._follow_headings())

    @property
    def _uid(self) -> str:
        return self._conversation.uid if self._conversation else ""

    def _show(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._thread = None
        self._follow("local", None)
        self._room.clear()
        self._composer.root.set_visibility(True)
        self._composer.show(conversation)
        self._follow("conversation", self._follow_conversation(conversation))
        self._sync(conversation)

    def _sync(self, conversation: Conversation) -> None:
        title = conversation.title or "New chat"
        self._title.set_text(title)
        ui.page_title(f"{title} · OmniChat")
        self._more.set_visibility(bool(conversation.title))
        self._composer.show_lanes(conversation)
        if conversation.turns and self._thread is None:
            self._follow("local", None)
            self._room.clear()
            with self._room:
                self._thread = Thread(conversation, self._turn_actions())
        elif self._thread:
            self._thread.sync()
            if self._just_sent:
                self._just_sent = False
                self._thread.bring_last()
        elif not conversation.turns and not self._room.default_slot.children:
            with self._room:
                welcome = Welcome(self._composer.fill, self._services.local.retry)
            self._follow("local", self._follow_local(welcome))

    async def help(self) -> bool:
        """Show the guide; it is always there."""
        await self._composer.leave()
        self._follow("conversation", None)
        self._clear("Help")
        with self._room:
            draw_guide()
        await self._show_list()
        return True

    def _clear(self, title: str) -> None:
        """Make room for what is no conversation."""
        self._conversation = self._thread = None
        self._home = False
        self._follow("local", None)
        self._title.set_text(title)
        ui.page_title(f"{title} · OmniChat")
        self._more.set_visibility(False)
        self._composer.root.set_visibility(False)
        self._room.clear()

    def _show_missing(self) -> None:
        self._clear("Not here")
        with self._room, el("div", "o-welcome"), el("div", "o-c o-middle"):
            logo(38)
            text("This chat is not here", "o-display", tag="h2")
            text("It was deleted, or the address is not complete. Your other chats are in the list.", "o-2 o-lead")
            link("Start a new chat", "/", "o-btn main")

    def _turn_actions(self) -> TurnActions:
        asking, who = self._services.asking, self._who
        return TurnActions(
            stop=lambda turn, lane: asking.stop(who, self._uid, turn, lane),
            again=lambda turn, lane: asking.again(who, self._uid, turn, lane),
            go_on=lambda turn, lane: asking.go_on(who, self._uid, turn, lane),
            settings=lambda lane: self._lane_desk.settings(self._uid, lane),
            stop_all=lambda turn: asking.stop(who, self._uid, turn),
            find=asking.stream,
            say=self._say,
        )

    async def _send(self, prompt: str) -> bool:
        self._sending = self._just_sent = True
        try:
            await self._services.asking.ask(self._who, self._uid, prompt)
            self._home = False
        except EmptyPromptError:
            return False
        except NotThereError:
            self._toasts.show("This chat was deleted elsewhere. Your words are still in the field.")
            return False
        finally:
            self._sending = False
        with self._client:
            ui.navigate.to(f"/c/{self._uid}")
        return True

    def _note_draft(self, words: str) -> None:
        if self._conversation:
            self._conversation.draft = words

    async def _save_draft(self, words: str) -> None:
        if self._conversation:
            try:
                await self._services.chats.save_draft(self._who, self._conversation.uid, words)
            except NotThereError:
                log.debug("draft of a deleted chat")

    def _choices(self, uid: str) -> list[Choice]:
        return self._chat_desk.choices(uid)

    async def _choose_theme(self, theme: str) -> None:
        self._dark.set_value({"light": False, "dark": True}.get(theme))
        self._rail.show_theme(theme)
        await self._services.preferences.set(self._who, "theme", theme)

    def _say(self, words: str) -> None:
        self._said.clear()
        with self._said:
            text(words)

    async def _follow_conversation(self, conversation: Conversation) -> None:
        async for _ in self._services.chats.watch(self._who, conversation.uid):
            with self._unbroken():
                await self._keep_up(conversation)

    async def _keep_up(self, conversation: Conversation) -> None:
        """Show what changed, also that the conversation was deleted, or is back."""
        try:
            found = await self._services.chats.open(self._who, conversation.uid)
        except NotThereError:
            self._show_missing()
            return
        if self._home and found.turns and not self._sending:
            blank = await self._services.chats.blank(self._who)  # another page asked here, so this one moves on
            if self._composer.words:
                await self._services.chats.save_draft(self._who, blank.uid, self._composer.words)
            await self.open(None)
        elif found is not self._conversation:
            self._show(found)
        else:
            self._sync(found)

    async def _follow_headings(self) -> None:
        async for _ in self._services.chats.watch_headings(self._who):
            with self._unbroken():
                await self._show_list()

    @contextmanager
    def _unbroken(self) -> Generator[None, None, None]:
        """Let whoever follows something go on after a failure."""
        try:
            yield
        except Exception as error:
            log.exception("A page could not keep up")
            self._tell(error)

    async def _follow_local(self, welcome: Welcome) -> None:
        async for state in self._services.local.watch():
            welcome.show(state)

    def _follow(self, name: str, watching: Coroutine[None, None, None] | None) -> None:
        """Let one task follow ``name``, in place of the one that did."""
        if former := self._following.pop(name, None):
            former.cancel()
        if watching:
            self._following[name] = background_tasks.create(watching, name=name, context=self._room)

    def _leave(self) -> None:
        for name in list(self._following):
            self._follow(name, None)

    def _broke(self, error: Exception) -> None:
        if isinstance(error, TimeoutError):  # a slow browser did not answer the frame in time; it still shows
            log.info("A browser answers slowly")
            return
        log.error("A page broke", exc_info=error)
        self._tell(error)

    def _tell(self, error: Exception) -> None:
        if isinstance(error, TooManyLanesError):
            self._toasts.show(str(error))
        elif isinstance(error, NotThereError):
            self._toasts.show("That is not there any more. Load the page again to see what is.")
        else:
            self._toasts.show("That did not work because of a fault on our side. What was saved is safe; try again.")
