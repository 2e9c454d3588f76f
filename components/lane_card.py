"""One model's answer: the card everything else is arranged around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from nicegui import background_tasks, ui

from components.answer_body import AnswerBody
from components.colours import hue_of
from components.figures import clock, description_list, seconds, speed, tokens
from components.marks import mark_html, provider_of
from components.pieces import ICONS, attrs, button, el, icon, raw, text, tool
from components.ticker import page_ticker
from components.troubles import Trouble, trouble
from omnichat.deltas import FinishReason
from services.conversations import Lane
from services.hub import ReplyStream
from services.replies import ModelReply, ReplyState

SIGNS = {
    ReplyState.WAITING: ("hourglass_empty", "Waiting"),
    ReplyState.STREAMING: ("", "Writing"),
    ReplyState.DONE: ("check", "Done"),
    ReplyState.STOPPED: ("stop_circle", "Stopped"),
    ReplyState.FAILED: ("error", "Failed"),
    ReplyState.INTERRUPTED: ("error", "Interrupted"),
}
BARS = '<span class="o-bars" aria-hidden="true"><i></i><i></i><i></i></span>'


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneActions:
    """What a card asks of the page; each takes the lane's uid."""

    stop: Callable[[str], object]
    again: Callable[[str], object]
    go_on: Callable[[str], object]
    settings: Callable[[str], object]


class LaneCard:
    """Show the versions of one lane's reply, and follow the newest until it is over."""

    def __init__(
        self,
        lane: Lane,
        versions: list[ModelReply],
        *,
        letters: str,
        source: str,
        find: Callable[[ModelReply], ReplyStream | None],
        actions: LaneActions,
        say: Callable[[str], None],
    ) -> None:
        self._lane = lane
        self._versions = versions
        self._count = len(versions)
        self._at = len(versions) - 1
        self._find = find
        self._ticker = page_ticker()
        self._actions = actions
        self._say = say
        self._shown: tuple[object, ...] = ()
        self._stream: ReplyStream | None = None
        self._thinking_open = False
        self.root = el("article", f"o-lane {hue_of(provider_of(lane.model))}")
        with self.root:
            with el("header"):
                raw(_head(lane, letters, source), "o-grow o-r")
                self._state = raw("", "o-state")
                if not lane.removed:
                    tool("tune", f"Settings of {lane.name}", "tight", on=lambda: actions.settings(lane.uid))
            with (
                el("div", "o-body", tabindex=0, role="log", aria_live="off", aria_label=lane.name) as self._body,
                el("div"),
            ):
                self._above = el("div")
                self._answer = AnswerBody()
            with el("footer"):
                self._figures = raw("")
                self._acts = el("div", "o-acts")
        self.refresh()

    @property
    def _reply(self) -> ModelReply:
        return self._versions[self._at]

    def refresh(self) -> None:
        """Show the newest version, and follow it if it is still being written."""
        if len(self._versions) > self._count:
            self._count, self._at = len(self._versions), len(self._versions) - 1
        self._draw()
        stream = self._find(self._versions[-1])
        if stream and stream is not self._stream:
            self._stream = stream
            self._body.classes(add="follow")
            background_tasks.create(self._follow(stream), name=f"card {stream.reply.uid}")

    def flush(self) -> None:
        """Draw what is new; called by the ticker."""
        if not self.root.is_deleted:
            self._draw()

    async def _follow(self, stream: ReplyStream) -> None:
        reply = stream.reply
        async for _ in stream.watch():
            if self.root.is_deleted:
                return
            self._ticker.mark(self.flush, at_once=self._shape() != self._shown)  # a first word does not wait
        if not self.root.is_deleted:
            self._say(f"{self._lane.name}: {SIGNS[reply.state][1].lower()}")

    def _draw(self) -> None:
        reply, shape = self._reply, self._shape()
        if shape != self._shown:
            self._shown = shape
            self._draw_frame(reply)
        elif self._thinking_open and not reply.text:
            self._thoughts.set_text(reply.thinking)
        self._answer.show(reply.text, writing=not reply.state.over and bool(reply.text))
        if reply.state is not ReplyState.WAITING:
            self._figures.set_content(_figures(reply))

    def _shape(self) -> tuple[object, ...]:
        """Return what decides which parts the card has."""
        reply = self._reply
        parts = bool(reply.thinking), bool(reply.text), self._thinking_open
        return reply.uid, reply.state, parts, len(self._versions)

    def _draw_frame(self, reply: ModelReply) -> None:
        state = reply.state
        wrong = trouble(reply)
        kind = {ReplyState.WAITING: "queued", ReplyState.INTERRUPTED: "failed"}.get(state, state.value)
        self.root.classes(remove="queued streaming done stopped failed", add=kind)
        word = wrong.state if wrong else SIGNS[state][1]
        attrs(self.root, aria_label=f"{self._lane.name}: {word}")
        self._state.set_content(_state_html(state, word))
        self._state.classes(remove="queued streaming done stopped failed", add=kind)
        self._above.clear()
        with self._above:
            self._draw_above(reply, wrong)
        self._figures.set_content(_figures(reply))
        self._acts.clear()
        with self._acts:
            self._draw_actions(reply)

    def _draw_above(self, reply: ModelReply, wrong: Trouble | None) -> None:
        if reply.thinking:
            with el("button", "o-think", type="button", aria_expanded=self._thinking_open) as think:
                icon("expand_more" if self._thinking_open else "chevron_right", "s")
                text("Thinking" if not reply.text and not reply.state.over else "Thoughts", tag="span")
            think.on("click", self._toggle_thinking)
            if self._thinking_open:
                self._thoughts = text(reply.thinking, "o-thought o-pre")
        if wrong:
            self._draw_trouble(wrong, reply)
        elif reply.state is ReplyState.WAITING:
            text(f"Waiting for {self._lane.name} to begin.", "o-3 o-small")
        elif reply.state.over and not reply.text:
            text("It said nothing.", "o-3 o-small")

    def _draw_trouble(self, wrong: Trouble, reply: ModelReply) -> None:
        uid = self._lane.uid
        with el("div", "o-fail", role="alert"):
            text(wrong.title, tag="h4")
            text(wrong.advice)
            if wrong.detail:
                text(wrong.detail, "o-small o-2 o-said")
            with el("div", "o-r o-wrap"):
                if reply.text:
                    button("Continue", "small main", on=lambda: self._actions.go_on(uid))
                    button("Start over", "small", on=lambda: self._actions.again(uid))
                else:
                    button("Retry", "small main", on=lambda: self._actions.again(uid))

    def _draw_actions(self, reply: ModelReply) -> None:
        uid = self._lane.uid
        if not reply.state.over:
            button("Stop", "small", "stop", on=lambda: self._actions.stop(uid))
        if reply.text:
            tool("content_copy", "Copy the answer", "tight", on=lambda: ui.clipboard.write(self._reply.text))
        if reply.state.over and not self._lane.removed:
            tool("refresh", "Ask again", "tight", on=lambda: self._actions.again(uid))
        text("", "o-grow")
        if len(self._versions) > 1:
            with el("span", "o-steps"):
                tool("chevron_left", "Earlier version", "tight", on=lambda: self._step(-1))
                text(f"{self._at + 1}/{len(self._versions)}", tag="span")
                tool("chevron_right", "Later version", "tight", on=lambda: self._step(1))
        if (reply.state is ReplyState.STOPPED and reply.text) or reply.finish is FinishReason.LENGTH:
            button("Continue", "small", on=lambda: self._actions.go_on(uid))

    def _toggle_thinking(self) -> None:
        self._thinking_open = not self._thinking_open
        self._draw()

    def _step(self, by: int) -> None:
        self._at = min(max(self._at + by, 0), len(self._versions) - 1)
        self._shown = ()
        self._draw()


def _head(lane: Lane, letters: str, source: str) -> str:
    settings = [source]
    if lane.temperature is not None:
        settings.append(f"temperature {lane.temperature:g}")
    if lane.system_prompt:
        settings.append("own instructions")
    return (
        f"{mark_html(letters, lane.model)}<div class='o-grow'>"
        f"<div class='o-name o-cut' title=\"{escape(lane.model)}\">{escape(lane.name)}</div>"
        f"<div class='o-from o-cut'>{escape(' · '.join(settings))}</div></div>"
    )


def _state_html(state: ReplyState, word: str) -> str:
    sign = SIGNS[state][0]
    drawn = f'<i class="o-icon s" aria-hidden="true">{ICONS[sign]}</i>' if sign else BARS
    return f"{drawn}<span>{escape(word)}</span>"


def _figures(reply: ModelReply) -> str:
    return description_list(
        [
            ("First token", seconds(reply.first_token)),
            ("Speed", speed(reply)),
            ("Tokens", tokens(reply)),
            ("At", clock(reply.created_at)),
        ],
        "o-figures",
    )
