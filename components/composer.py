"""Who is asked, and the words themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from html import escape

from nicegui import background_tasks, ui
from nicegui.events import GenericEventArguments

from components.context_switch import ContextSwitch
from components.fields import prompt_area
from components.marks import lane_mark_html, letters_for
from components.names_offered import NamesOffered
from components.pieces import attrs, button, el, enable, icon, kbd, note, raw, text
from components.prompt_queue import PromptQueue
from components.send_cost import SendCost
from services.chats.addressing import addressed, meant
from services.chats.contexts import ContextMode
from services.chats.conversations import Conversation, Lane, Look
from services.chats.covers import hides_names
from services.chats.estimates import Estimate

COMPOSING = 229  # the key code of every key that an input method has taken
DRAFT_PAUSE = 0.5  # seconds of quiet before a draft is written
BYTES_A_TOKEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposerActions:
    """What the composer asks of the page; ``send`` is told whether to do so whatever it may cost."""

    send: Callable[[str, bool], Awaitable[bool]]
    estimate: Callable[[str], Sequence[Estimate]]
    set_cap: Callable[[], object]
    note_draft: Callable[[str], object]
    save_draft: Callable[[str], Awaitable[None]]
    add_lane: Callable[[], object]
    settings: Callable[[str], object]
    change_model: Callable[[str], object]
    remove_lane: Callable[[str], object]
    choose_mode: Callable[[ContextMode], object]
    edit_queued: Callable[[str], object]
    withdraw: Callable[[str], object]


class Composer:
    """The field at the foot: it grows, Enter sends, Shift+Enter breaks the line, and it keeps its draft."""

    def __init__(self, actions: ComposerActions) -> None:
        self._actions = actions
        self._lanes: list[Lane] = []
        self._shown: tuple[bool, list[tuple[str, str, str, Look]]] | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._sending = False
        self._known = ""
        self._cap: float | None = None
        self.root = el("div", "o-foot")
        with self.root:
            self._queue = PromptQueue(edit=actions.edit_queued, withdraw=actions.withdraw)
            self._refusal = el("div", "o-refusal")
            with el("div", "o-composer"):
                with el("div", "o-r o-asked"):
                    self._chips = el("div", "o-set", role="list", aria_label="Models asked")
                    self._add = button("Add model", "small quiet", "add", on=self._actions.add_lane)
                self._names = NamesOffered(self._call)
                self._field = self._make_field()
                with el("div", "o-r o-under"):
                    self._mode = ContextSwitch(self._actions.choose_mode)
                    self._counter = raw("", "o-micro o-num o-grow")
                    self._cost = SendCost(actions.set_cap)
                    with el("button", "o-send", type="button", aria_label="Send", title="Send") as self._button:
                        icon("arrow_upward", "l")
                    self._button.on("click", lambda: self._send())
            with el("div", "o-r o-micro o-wide o-hints"):
                kbd("Enter")
                text("send", tag="span")
                kbd("Shift", "Enter")
                text("new line", tag="span")
                kbd("@")
                text("one lane only", tag="span")

    def _make_field(self) -> ui.textarea:
        field = prompt_area("Your prompt").props("autofocus")
        field.on_value_change(self._changed)
        field.on("keydown.enter.exact.prevent", self._entered, args=["isComposing", "keyCode"])
        return field

    def show(self, conversation: Conversation) -> None:
        """Show who is asked, and the draft that was left."""
        self.show_lanes(conversation)
        self._known = conversation.draft
        self._field.set_value(conversation.draft)
        self._count()

    @property
    def words(self) -> str:
        """What stands in the field."""
        return str(self._field.value or "")

    async def leave(self) -> None:
        """Write a draft that is still waiting to be written, before another conversation is shown."""
        if self._pause:
            self._pause.cancel()
            self._pause = None
            await self._actions.save_draft(self.words)

    def show_lanes(self, conversation: Conversation) -> None:
        """Show one chip for every lane that the next prompt goes to, and what it will see."""
        self._mode.show(conversation.settings.mode)
        self._cap = conversation.settings.cap
        self._estimate()
        covered = hides_names(conversation)
        shown = (covered, [(lane.uid, lane.name, lane.model, lane.look) for lane in conversation.active_lanes])
        if shown == self._shown:
            return
        self._shown = shown
        self._lanes = conversation.active_lanes
        letters = letters_for(conversation)
        self._chips.clear()
        with self._chips:
            if covered:
                _hidden(len(self._lanes))
            for lane in () if covered else self._lanes:
                self._chip(lane, letters[lane.uid])
        attrs(self._field, placeholder=self._invitation())
        self._count()

    def show_queue(self, conversation: Conversation) -> None:
        """Show the prompts that wait."""
        self._queue.show(conversation)

    def fill(self, words: str) -> None:
        """Put words into the field and set the cursor there."""
        self._field.set_value(words)
        self._field.run_method("focus")

    def _chip(self, lane: Lane, letters: str) -> None:
        with el("span", "o-chip lane", role="listitem"):
            label = f"Another model for {lane.name}"
            with el("button", "o-chip-model", type="button", title=label, aria_label=label) as model:
                raw(lane_mark_html(lane, letters, "s"), "o-r")
                icon("unfold_more", "s o-3")
            model.on("click", lambda: self._actions.change_model(lane.uid))
            with el("button", "o-chip-name", type="button", title=f"Settings of {lane.name}") as name:
                text(lane.name, "o-cut", tag="bdi")
            name.on("click", lambda: self._actions.settings(lane.uid))
            label = f"Remove {lane.name}"
            with el("button", "o-chip-x", type="button", title=label, aria_label=label) as cross:
                icon("close", "s")
            cross.on("click", lambda: self._actions.remove_lane(lane.uid))

    def refuse(self, words: str, *, anyway: Callable[[], object]) -> None:
        """Say why a prompt was not sent, and offer to send it ``anyway`` or to allow more."""
        self._refusal.clear()
        with self._refusal, note(words, "savings", "warn"):
            button("Raise the cap", "small", on=self._actions.set_cap)
            button("Send anyway", "small", on=anyway)

    async def send_anyway(self) -> None:
        """Send what stands in the field, whatever it may cost."""
        await self._send(anyway=True)

    def _estimate(self) -> None:
        self._cost.show(self._actions.estimate(self.words) if self.words.strip() else (), self._cap)

    def _call(self, lane: Lane) -> None:
        self.fill(f"{self.words[: self.words.rindex('@')]}@{lane.name} ")

    def _invitation(self) -> str:
        match len(self._lanes):
            case 0:
                return "Add a model first"
            case 1:
                return "Ask one model"
            case many:
                return f"Ask {many} models"

    @property
    def _can_send(self) -> bool:
        return bool(self._lanes and addressed(self.words, self._lanes)[1].strip())

    def _changed(self) -> None:
        self._count()
        if self.words == self._known:
            return
        self._known = self.words
        self._refusal.clear()
        self._actions.note_draft(self.words)
        if self._pause:
            self._pause.cancel()
        self._pause = asyncio.get_running_loop().call_later(DRAFT_PAUSE, self._save_draft)

    def _save_draft(self) -> None:
        self._pause = None
        self._estimate()
        background_tasks.create(self._actions.save_draft(self.words), name="draft")

    def _count(self) -> None:
        words = self.words
        size = len(words.encode("utf-8", "replace"))
        tokens = -(-size // BYTES_A_TOKEN)
        about = f"{_counted(len(words), 'character')} · ≈ {_counted(tokens, 'token')}" if words else ""
        called, _ = addressed(words, self._lanes)
        covered = bool(self._shown and self._shown[0])
        self._names.show([] if covered else meant(words, self._lanes))
        only = f"Only {escape(', '.join(lane.name for lane in called))} · " if called else ""
        self._counter.set_content(only + about)
        enable(self._button, self._can_send)

    async def _entered(self, event: GenericEventArguments) -> None:
        if not event.args.get("isComposing") and event.args.get("keyCode") != COMPOSING:
            await self._send()

    async def _send(self, *, anyway: bool = False) -> None:
        if self._sending or not self._can_send:
            return
        words, self._sending = self.words, True
        self._refusal.clear()
        try:
            sent = await self._actions.send(words, anyway)
        finally:
            self._sending = False
        if sent:  # until then the words stay where they are, and more may have been typed behind them
            self._field.set_value(self.words.removeprefix(words))
        self._field.run_method("focus")


def _hidden(count: int) -> None:
    """Say how many are asked, and not who."""
    title = "Names appear after the vote, or without blind mode"
    with el("span", "o-chip", role="listitem", title=title):
        icon("visibility_off", "s o-3")
        text(f"{_counted(count, 'model')}, names hidden", "o-2", tag="span")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
