"""One model's answer: the card everything else is arranged around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape

from nicegui import background_tasks
from nicegui.events import GenericEventArguments

from components.answer_body import AnswerBody
from components.figures import clock, description_list, seconds, speed, tokens
from components.lane_controls import LaneActions, LaneControls
from components.marks import lane_hue, lane_mark_html, provider_of
from components.pieces import ICONS, attrs, el, raw, text, tool
from components.thoughts import Thoughts
from components.ticker import page_ticker
from components.trouble_note import TroubleNote
from components.troubles import trouble
from omnichat.registry import every_provider
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
KINDS = "queued streaming done stopped failed"
BARS = '<span class="o-bars" aria-hidden="true"><i></i><i></i><i></i></span>'


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneNews:
    """What a card asks of, and tells, the turn it stands in."""

    find: Callable[[ModelReply], ReplyStream | None]
    waits_for: Callable[[], int | None]
    changed: Callable[[], None]
    over: Callable[[str], None]


class LaneCard:
    """Show the versions of one lane's reply, and follow the newest until it is over."""

    def __init__(
        self, lane: Lane, versions: list[ModelReply], letters: str, actions: LaneActions, news: LaneNews
    ) -> None:
        self._lane = lane
        self._letters = letters
        self._versions = versions
        self._count = len(versions)
        self._at = len(versions) - 1
        self._news = news
        self._settings = actions.settings
        self._ticker = page_ticker()
        self._shape: tuple[object, ...] = ()
        self._drawn = ""
        self._stream: ReplyStream | None = None
        self._hue = lane_hue(lane)
        self.root = el("article", f"o-lane {self._hue}")
        self.root.on("keydown.p", self._tuned, args=["ctrlKey", "metaKey", "altKey"])
        with self.root:
            self._build(actions)
        self.refresh()

    def _tuned(self, event: GenericEventArguments) -> object:
        """P opens the settings; with another key held down it means something else to the browser."""
        return None if any(event.args.values()) or self._lane.removed else self._settings(self._lane.uid)

    def _build(self, actions: LaneActions) -> None:
        uid = self._lane.uid
        with el("header"):
            self._head = raw("", "o-grow o-r")
            self._state = raw("", "o-state")
            self._tune = tool("tune", "", "tight", on=lambda: actions.settings(uid))
        self._body = el("div", "o-body", tabindex=0, role="log", aria_live="off")
        with self._body, el("div"):
            self._thoughts = Thoughts()
            self._note = text("", "o-3 o-small")
            self._answer = AnswerBody()
            self._trouble = TroubleNote(uid, actions)
        with el("footer"):
            self._figures = raw("")
            self._controls = LaneControls(uid, actions, copied=lambda: self.reply.text, step=self._step)

    @property
    def reply(self) -> ModelReply:
        """The version on screen."""
        return self._versions[self._at]

    @property
    def _covered(self) -> bool:
        """Whether it has to stay hidden who speaks here: a lane that may be named has a model."""
        return not self._lane.model

    @property
    def sign(self) -> str:
        """The state of the newest version as markup: a sign, for a tab."""
        return sign_html(self._versions[-1].state)

    def rename(self, lane: Lane, letters: str) -> None:
        """Take over the lane's name and look, and whether it was put away."""
        self._lane, self._letters, self._shape = lane, letters, ()
        self.root.classes(remove=self._hue, add=lane_hue(lane))
        self._hue = lane_hue(lane)
        self._draw()

    def refresh(self) -> None:
        """Show a version that is new, and follow it if it is still being written."""
        if len(self._versions) > self._count:
            self._count, self._at = len(self._versions), len(self._versions) - 1
        self._draw()
        stream = self._news.find(self._versions[-1])
        if stream and stream is not self._stream:
            self._stream = stream
            self._body.classes(add="follow")
            background_tasks.create(self._follow(stream), name=f"card {stream.reply.uid}")

    def flush(self) -> None:
        """Draw what is new; called by the ticker."""
        if not self.root.is_deleted:
            self._draw()

    async def _follow(self, stream: ReplyStream) -> None:
        async for _ in stream.watch():
            if self.root.is_deleted:
                return
            self._ticker.mark(self.flush, at_once=self._now() != self._shape)  # a first word does not wait
        self._news.over(f"{self._lane.name}: {SIGNS[stream.reply.state][1].lower()}")

    def _draw(self) -> None:
        reply, shape = self.reply, self._now()
        if shape != self._shape:
            self._shape = shape
            self._draw_frame(reply)
        self._thoughts.show(reply.thinking, thinking=not reply.text and not reply.state.over)
        self._answer.show(reply.text, writing=not reply.state.over and bool(reply.text))
        figures = "" if self._covered else _figures(reply)
        if figures != self._drawn:
            self._drawn = figures
            self._figures.set_content(figures)

    def _now(self) -> tuple[object, ...]:
        """Return what decides which parts the card has."""
        reply = self.reply
        before = self._news.waits_for() if reply.state is ReplyState.WAITING else None
        return reply.uid, reply.state, bool(reply.text), len(self._versions), before

    def _draw_frame(self, reply: ModelReply) -> None:
        wrong = trouble(reply, covered=self._covered)
        kind = {ReplyState.WAITING: "queued", ReplyState.INTERRUPTED: "failed"}.get(reply.state, reply.state.value)
        word = wrong.state if wrong else SIGNS[reply.state][1]
        name = self._lane.name
        attrs(self.root.classes(remove=KINDS, add=kind), aria_label=f"{name}: {word}")
        attrs(self._body, aria_label=name)
        attrs(self._tune, title=f"Settings of {name}", aria_label=f"Settings of {name}")
        self._tune.set_visibility(not (self._lane.removed or self._covered))
        self._head.set_content(_head_html(self._lane, self._letters, reply))
        self._state.classes(remove=KINDS, add=kind).set_content(f"{sign_html(reply.state)}<span>{escape(word)}</span>")
        self._note.set_text(self._words(reply))
        self._note.set_visibility(bool(self._note.text))
        self._trouble.show(wrong, going_on=bool(reply.text))
        self._controls.show(reply, self._at, len(self._versions), removed=self._lane.removed)
        self._news.changed()

    def _words(self, reply: ModelReply) -> str:
        if reply.state is ReplyState.WAITING and not reply.text:
            before = self._news.waits_for()
            return f"Begins when turn {before} is answered." if before else f"Waiting for {self._lane.name} to begin."
        if reply.state in {ReplyState.DONE, ReplyState.STOPPED} and not reply.text:
            return "It said nothing."
        return ""

    def _step(self, by: int) -> None:
        self._at = min(max(self._at + by, 0), len(self._versions) - 1)
        self._draw()


def _head_html(lane: Lane, letters: str, reply: ModelReply) -> str:
    if not lane.model:
        name = f"<div class='o-name o-cut'>{escape(lane.name)}</div><div class='o-from'>order shuffled</div>"
        return f"{lane_mark_html(lane, letters)}<div class='o-grow'>{name}</div>"
    name = provider_of(reply.model)
    provider = every_provider().get(name)
    who = provider.title if provider else name
    told = [f"{reply.model.rpartition('/')[2]} at {who}" if lane.persona else who]
    if reply.parameters.temperature is not None:
        told.append(f"temperature {reply.parameters.temperature:g}")
    if reply.parameters.system_prompt and not lane.persona:
        told.append("own instructions")
    return (
        f"{lane_mark_html(replace(lane, model=reply.model), letters)}<div class='o-grow'>"
        f'<div class="o-name o-cut" title="{escape(reply.model)}">{escape(lane.name)}</div>'
        f"<div class='o-from o-cut'>{escape(' · '.join(told))}</div></div>"
    )


def sign_html(state: ReplyState) -> str:
    """Return the sign of a state as markup."""
    sign = SIGNS[state][0]
    return f'<i class="o-icon s" aria-hidden="true">{ICONS[sign]}</i>' if sign else BARS


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
