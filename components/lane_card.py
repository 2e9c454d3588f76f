"""One model's answer: the card everything else is arranged around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nicegui import background_tasks
from nicegui.events import GenericEventArguments

from components.answer_body import AnswerBody
from components.lane_controls import LaneActions, LaneControls, Standing
from components.lane_drag import take_part
from components.lane_head import SIGNS, figures_html, head_html, in_brief, sign_html, state_html, state_word
from components.marks import lane_hue
from components.pieces import attrs, el, raw, text, tool
from components.thoughts import Thoughts
from components.ticker import page_ticker
from components.trouble_note import TroubleNote
from components.troubles import trouble
from components.veil import Veil
from services.chats.conversations import Lane, Turn
from services.chats.hub import ReplyStream
from services.chats.replies import ModelReply, ReplyState

KINDS = "queued streaming done stopped failed adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneNews:
    """What a card asks of, and tells, the turn it stands in."""

    find: Callable[[ModelReply], ReplyStream | None]
    waits_for: Callable[[], int | None]
    shut: Callable[[], bool]
    changed: Callable[[], None]
    over: Callable[[str], None]


class LaneCard:
    """Show the version of a lane's reply that stands, and follow the newest until it is over."""

    def __init__(self, lane: Lane, turn: Turn, letters: str, actions: LaneActions, news: LaneNews) -> None:
        self._lane = lane
        self._turn = turn
        self._letters = letters
        self._versions = turn.replies[lane.uid]
        self._actions = actions
        self._news = news
        self._ticker = page_ticker()
        self._shape: tuple[object, ...] = ()
        self._drawn = ""
        self._stream: ReplyStream | None = None
        self._hue = lane_hue(lane)
        self.root = el("article", f"o-lane {self._hue}")
        self.root.on("keydown.p", self._tuned, args=["ctrlKey", "metaKey", "altKey"])
        with self.root:
            self._build(actions)
        if not self._covered:
            take_part(self.root, lane.uid, actions.move)
        self.refresh()

    def _tuned(self, event: GenericEventArguments) -> object:
        """P opens the settings; with another key held down it means something else to the browser."""
        return None if any(event.args.values()) or self._lane.removed else self._actions.settings(self._lane.uid)

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
            self._veil = Veil(self._answer.box)
            self._trouble = TroubleNote(uid, actions)
        with el("footer"):
            self._figures = raw("")
            self._controls = LaneControls(uid, actions, reply=lambda: self.reply, step=self._step)

    @property
    def reply(self) -> ModelReply:
        """The version on screen: the one chosen, else the newest."""
        return self._versions[self._at]

    @property
    def _at(self) -> int:
        chosen = self._turn.chosen.get(self._lane.uid)
        found = (at for at, version in enumerate(self._versions) if version.uid == chosen)
        return next(found, len(self._versions) - 1)

    @property
    def adopted(self) -> bool:
        """Whether the version on screen is the one to go on from."""
        return self._turn.adopted == self.reply.uid

    @property
    def _covered(self) -> bool:
        """Whether it has to stay hidden who speaks here: a lane that may be named has a model."""
        return not self._lane.model

    @property
    def sign(self) -> str:
        """How the lane stands as markup, for a tab: the sign of its newest version, or that its answer was adopted."""
        return state_html(self.reply, "", adopted=True) if self.adopted else sign_html(self._versions[-1].state)

    @property
    def word(self) -> str:
        """The same in a word or two."""
        return "Adopted" if self.adopted else self._word(self._versions[-1])

    @property
    def told(self) -> str:
        """Time, speed and cost of the version on screen, unless they have to stay hidden, for a tab."""
        return "" if self._covered else in_brief(self.reply)

    def rename(self, lane: Lane, letters: str) -> None:
        """Take over the lane's name and look, and whether it was put away."""
        self._lane, self._letters, self._shape = lane, letters, ()
        self.root.classes(remove=self._hue, add=lane_hue(lane))
        self._hue = lane_hue(lane)
        self._draw()

    def refresh(self) -> None:
        """Show what changed of the versions, and follow the newest if it is still being written."""
        self._draw()
        stream = self._news.find(self._versions[-1])
        if stream and stream is not self._stream:
            self._stream = stream
            self._body.classes(add="follow")
            background_tasks.create(self._follow(stream), name=f"card {stream.reply.uid}")

    def bring(self, on: bool) -> None:
        """Be the card in sight where there is one at a time, or not."""
        self.root.classes(add="on") if on else self.root.classes(remove="on")

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
        thoughts = "" if reply.veiled else reply.thinking
        self._thoughts.show(thoughts, thinking=not reply.text and not reply.state.over)
        self._answer.show(reply.text, writing=not reply.state.over and bool(reply.text))
        figures = "" if self._covered else figures_html(reply)
        if figures != self._drawn:
            self._drawn = figures
            self._figures.set_content(figures)

    def _now(self) -> tuple[object, ...]:
        """Return what decides which parts the card has."""
        reply = self.reply
        before = self._news.waits_for() if reply.state is ReplyState.WAITING else None
        verdict = self.adopted, reply.rating, self._news.shut()
        waiting = before, reply.place, reply.seconds_left
        return reply.uid, reply.state, bool(reply.text), reply.veiled, len(self._versions), waiting, verdict

    def _word(self, reply: ModelReply) -> str:
        wrong = trouble(reply, covered=self._covered)
        return wrong.state if wrong else state_word(reply)

    def _draw_frame(self, reply: ModelReply) -> None:
        kind = {ReplyState.WAITING: "queued", ReplyState.INTERRUPTED: "failed"}.get(reply.state, reply.state.value)
        word = self._word(reply)
        name = self._lane.name
        said = f"{name}: {word}, adopted" if self.adopted else f"{name}: {word}"
        attrs(self.root.classes(remove=KINDS, add=f"{kind} adopted" if self.adopted else kind), aria_label=said)
        attrs(self._body, aria_label=name)
        attrs(self._tune, title=f"Settings of {name}", aria_label=f"Settings of {name}")
        self._tune.set_visibility(not (self._lane.removed or self._covered))
        self._head.set_content(head_html(self._lane, self._letters, reply))
        self._state.classes(remove=KINDS, add=kind).set_content(state_html(reply, word, adopted=self.adopted))
        self._note.set_text(self._words(reply))
        self._note.set_visibility(bool(self._note.text))
        self._veil.show(reply.veiled and bool(reply.text))
        self._trouble.show(trouble(reply, covered=self._covered), going_on=bool(reply.text))
        standing = Standing(
            at=self._at,
            count=len(self._versions),
            adopted=self.adopted,
            removed=self._lane.removed,
            covered=self._covered,
            shut=self._news.shut(),
        )
        self.root.classes(add="shut") if standing.shut else self.root.classes(remove="shut")
        self._controls.show(reply, standing)
        self._news.changed()

    def _words(self, reply: ModelReply) -> str:
        if reply.state is ReplyState.WAITING and not reply.text:
            if left := reply.seconds_left:
                return f"The provider takes no more for now. It is asked again in {left} s."
            if reply.place:
                return f"{self._lane.name} begins when those before it in line are answered."
            before = self._news.waits_for()
            return f"Begins when turn {before} is answered." if before else f"Waiting for {self._lane.name} to begin."
        if reply.state in {ReplyState.DONE, ReplyState.STOPPED} and not reply.text:
            return "It said nothing."
        return ""

    def _step(self, by: int) -> object:
        at = min(max(self._at + by, 0), len(self._versions) - 1)
        return self._actions.choose(self._versions[at].uid)
