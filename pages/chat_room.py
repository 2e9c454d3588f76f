"""The room of a conversation: its turns, and the composer below."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from nicegui import ui

from components.blind_switch import BlindSwitch
from components.composer import Composer, ComposerActions
from components.figures import sum_words
from components.layout_switch import LayoutSwitch
from components.menu import Choice, open_menu
from components.pieces import text, tool
from components.thread import Thread
from components.ticker import page_ticker
from components.welcome import Welcome
from pages.chat_desk import ChatDesk
from pages.chat_tuning import ChatTuning
from pages.frame import Frame
from pages.judge_desk import JudgeDesk
from pages.lane_desk import LaneDesk
from pages.provider_words import keyed
from pages.turn_desk import TurnDesk
from services.chats.addressing import addressed
from services.chats.answering import LOCAL
from services.chats.asking import EmptyPromptError
from services.chats.conversations import Conversation, NotThereError
from services.chats.costs import sum_of
from services.chats.estimates import Estimate, OverCapError
from services.rates import TooOftenError

log = logging.getLogger(__name__)


class ChatRoom:
    """Show whatever conversation is asked for, and follow what happens to it anywhere."""

    def __init__(self, frame: Frame, chat_desk: ChatDesk) -> None:
        self._frame = frame
        self._services = frame.services
        self._who = frame.who
        self._chat_desk = chat_desk
        self._tuning = ChatTuning(frame.services, frame.who)
        self._lane_desk = LaneDesk(frame.services, frame.who, frame.toasts)
        self._judge_desk = JudgeDesk(frame.services, frame.who, frame.toasts, frame.say)
        self._turn_desk = TurnDesk(
            frame,
            self._lane_desk,
            self._judge_desk,
            self._tuning,
            lambda: self.uid,
            ask=self._ask,
            write_to=self._write_to,
            changed=self._follow_answers,
        )
        self._ticker = page_ticker()
        self._conversation: Conversation | None = None
        self._thread: Thread | None = None
        self._home = False
        self._sending = self._just_sent = False
        with frame.foot:
            self._composer = Composer(
                ComposerActions(
                    send=self._send,
                    note_draft=self._note_draft,
                    save_draft=self._save_draft,
                    add_lane=lambda: self._lane_desk.pick(self.uid),
                    settings=lambda lane: self._lane_desk.settings(self.uid, lane),
                    change_model=lambda lane: self._lane_desk.change_model(self.uid, lane),
                    remove_lane=lambda lane: self._lane_desk.remove(self.uid, lane),
                    edit_queued=self._edit_queued,
                    withdraw=self._withdraw,
                    choose_mode=lambda mode: self._on_screen(lambda shown: self._tuning.see(shown, mode)),
                    estimate=self._estimate,
                    set_cap=lambda: self._on_screen(self._tuning.cap),
                )
            )

    @property
    def uid(self) -> str:
        """The uid of the conversation on screen, or nothing."""
        return self._conversation.uid if self._conversation else ""

    async def begin(self, models: Sequence[str]) -> bool:
        """Show the blank conversation, asking ``models`` where any are named; it is always there."""
        if models:
            await self._services.choosing.start(self._who, models)
            if words := await self._services.choosing.left_out(self._who, models):
                self._frame.toasts.show(words)
        return await self.open(None)

    async def open(self, uid: str | None) -> bool:
        """Show a conversation, the blank one without a uid; return whether it is there."""
        self._home = uid is None
        if self._conversation and uid == self._conversation.uid:
            return True
        chats = self._services.chats
        try:
            found = await (chats.blank(self._who) if uid is None else chats.open(self._who, uid))
        except NotThereError:
            await self._miss()
            return False
        if found is not self._conversation:
            await self._judge_desk.learn()
            await self._composer.leave()
            self._show(found)
        await self._frame.show_list()
        return True

    async def leave(self) -> None:
        """Keep the draft and let go of the conversation, before another room is shown."""
        await self._composer.leave()
        self._conversation = self._thread = None
        self._home = False
        self._frame.follow("conversation", None)

    async def _miss(self) -> None:
        await self.leave()
        self._frame.show_missing()
        await self._frame.show_list()

    def _show(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._thread = None
        self._frame.clear(conversation.title or "New chat", active=conversation.uid)
        self._frame.foot.set_visibility(True)
        with self._frame.bar:
            self._sum = text("", "o-small o-3 o-num o-wide", tag="span", title="All answers of this chat")
            self._layout = LayoutSwitch(
                choose=lambda layout: self._tuning.lay_out(conversation, layout),
                lock=lambda: self._tuning.toggle_lock(conversation),
            )
            self._blind = BlindSwitch(lambda: self._judge_desk.toggle_blind(self.uid))
            self._more = tool("more_horiz", "More for this chat")
            self._more.on("click", lambda: open_menu(self._more, self._choices()))
        self._composer.show(conversation)
        self._frame.follow("conversation", self._follow_conversation(conversation))
        self._sync(conversation)

    def _choices(self) -> list[Choice]:
        chat = self._conversation
        own = [*self._tuning.choices(chat), *self._lane_desk.choices(chat)] if chat else []
        if chat and chat.turns:
            own.append(Choice("call_split", "Branches", lambda: self._turn_desk.show_branches(chat, self._bring)))
        return [*own, *(self._chat_desk.choices(self.uid) if chat and chat.title else [])]

    def _sync(self, conversation: Conversation) -> None:
        self._frame.entitle(conversation.title or "New chat")
        self._layout.show(conversation.settings)
        self._blind.show(on=conversation.settings.blind)
        self._composer.show_lanes(conversation)
        self._composer.show_queue(conversation)
        self._show_sum(conversation)
        room = self._frame.room
        if conversation.turns and self._thread is None:
            self._frame.follow("room", None)
            room.clear()
            with room:
                self._thread = Thread(conversation, self._turn_desk.actions())
        elif self._thread:
            self._thread.sync()
            if self._just_sent:
                self._just_sent = False
                self._thread.bring_last()
        elif not conversation.turns and not room.default_slot.children:
            with room:
                welcome = Welcome(self._composer.fill, self._services.local.retry)
            self._frame.follow("room", self._follow_local(welcome))

    async def _send(self, prompt: str, anyway: bool = False) -> bool:
        lanes = self._conversation.active_lanes if self._conversation else []
        called, words = addressed(prompt, lanes)
        return await self._ask(words, only=[lane.uid for lane in called], anyway=anyway)

    async def _ask(self, prompt: str, *, only: Sequence[str] = (), instead_of: str = "", anyway: bool = False) -> bool:
        self._sending = self._just_sent = True
        try:
            await self._services.asking.ask(
                self._who, self.uid, prompt, only=only, instead_of=instead_of, anyway=anyway
            )
            self._home = False
        except OverCapError as error:
            self._refuse(str(error), prompt, instead_of)
            return False
        except EmptyPromptError:
            return False
        except TooOftenError as error:
            self._frame.toasts.show(str(error))
            return False
        except NotThereError:
            self._frame.toasts.show("This chat was deleted elsewhere. Your words are still in the field.")
            return False
        finally:
            self._sending = False
        with self._frame.client:
            ui.navigate.to(f"/c/{self.uid}")
        return True

    def _refuse(self, words: str, prompt: str, instead_of: str) -> None:
        with self._frame.client:
            if instead_of:
                self._composer.refuse(words, anyway=lambda: self._ask(prompt, instead_of=instead_of, anyway=True))
            else:
                self._composer.refuse(words, anyway=self._composer.send_anyway)

    def _follow_answers(self) -> None:
        self._ticker.mark(self._show_queue)

    def _show_queue(self) -> None:
        if self._conversation:
            self._composer.show_queue(self._conversation)
            self._show_sum(self._conversation)

    def _show_sum(self, conversation: Conversation) -> None:
        self._sum.set_visibility(not conversation.settings.blind)
        self._sum.set_text(sum_words(sum_of(conversation.every_reply().values())))

    async def _edit_queued(self, turn_uid: str) -> None:
        if words := await self._turn_desk.withdraw(turn_uid):
            self._take_back(words)

    async def _withdraw(self, turn_uid: str) -> None:
        if words := await self._turn_desk.withdraw(turn_uid):
            self._frame.toasts.show("The prompt is withdrawn.", label="Undo", act=lambda: self._send(words))

    def _take_back(self, words: str) -> None:
        self._composer.fill("\n\n".join(filter(None, (words, self._composer.words))))

    def _write_to(self, lane_uid: str) -> None:
        if self._conversation:
            self._composer.fill(f"@{self._conversation.lane(lane_uid).name} ")

    def _bring(self, turn_uid: str) -> None:
        """Bring a turn of the path into sight."""
        if self._thread:
            self._thread.sync()
            self._thread.bring(turn_uid)

    def _on_screen(self, act: Callable[[Conversation], object]) -> object:
        return act(self._conversation) if self._conversation else None

    def _estimate(self, prompt: str) -> Sequence[Estimate]:
        if self._conversation is None:
            return ()
        called, words = addressed(prompt, self._conversation.active_lanes)
        return self._services.asking.estimate(self._conversation, words, only=[lane.uid for lane in called])

    def _note_draft(self, words: str) -> None:
        if self._conversation:
            self._conversation.draft = words

    async def _save_draft(self, words: str) -> None:
        if self._conversation:
            try:
                await self._services.chats.save_draft(self._who, self._conversation.uid, words)
            except NotThereError:
                log.debug("draft of a deleted chat")

    async def _follow_conversation(self, conversation: Conversation) -> None:
        async for _ in self._services.chats.watch(self._who, conversation.uid):
            with self._frame.unbroken():
                await self._keep_up(conversation)

    async def _keep_up(self, conversation: Conversation) -> None:
        """Show what changed, also that the conversation was deleted, or is back."""
        try:
            found = await self._services.chats.open(self._who, conversation.uid)
        except NotThereError:
            self._conversation = self._thread = None
            self._frame.show_missing()
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

    async def _follow_local(self, welcome: Welcome) -> None:
        access = await self._services.people.groups.rules_of(self._who)
        welcome.limit(local=access.allows_source(LOCAL), keys=keyed(access))
        async for state in self._services.local.watch():
            welcome.show(state)
