"""What a judge says of the answers to a turn, in a card of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from nicegui import background_tasks

from components.answer_body import AnswerBody
from components.copying import copy_tool
from components.figures import description_list, seconds, speed, tokens
from components.lane_head import SIGNS, sign_html
from components.model_figures import dollars
from components.pieces import attrs, button, el, enable, icon, raw, relabel, text, tool
from components.point_list import PointList
from components.steps import Steps
from components.thoughts import Thoughts
from components.ticker import page_ticker
from components.troubles import trouble
from services.chats.conversations import Conversation, Turn
from services.chats.hub import ReplyStream
from services.chats.replies import ModelReply, Purpose, ReplyState
from services.chats.synthesis import legend, points_in

TITLES = {
    Purpose.FUSE: "Fused",
    Purpose.COMPARE: "Compared",
    Purpose.CHECKLIST: "Checklist",
    Purpose.CUSTOM: "Own task",
}
KINDS = "queued streaming done stopped failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeActions:
    """What is asked of the page about syntheses; a turn and a reply are named by their uids."""

    fuse: Callable[[str], object]
    change: Callable[[str, str], object]
    stop: Callable[[ModelReply], object]
    again: Callable[[str, str], object]
    adopt: Callable[[str, str], object]
    tick: Callable[[str, str, int, bool], object]
    merge: Callable[[str, str, list[str]], object]
    cost: Callable[[ModelReply], float | None]
    find: Callable[[ModelReply], ReplyStream | None]
    say: Callable[[str], None]
    begun_here: Callable[[str], bool]


class JudgeCard:
    """Show the versions of one synthesis, and follow the newest until it is over."""

    def __init__(
        self, conversation: Conversation, turn: Turn, versions: list[ModelReply], actions: JudgeActions
    ) -> None:
        self._conversation = conversation
        self._turn = turn
        self._versions = versions
        self._count = 0
        self._at = 0
        self._actions = actions
        self._ticker = page_ticker()
        self._shape: object = None
        self._stream: ReplyStream | None = None
        self.root = el("article", "o-lane o-judge h-iris")
        with self.root:
            self._build()
        self.refresh(versions)

    def _build(self) -> None:
        with el("header"):
            icon("merge", "l")
            self._head = raw("", "o-grow o-cut")
            self._state = raw("", "o-state")
        with el("div", "o-body"):
            self._thoughts = Thoughts()
            self._note = text("", "o-3 o-small")
            self._answer = AnswerBody()
            self._points = PointList(self._tick)
            self._fault = el("div")
            self._legend = raw("", "o-legend")
        with el("footer"):
            self._figures = raw("")
            with el("div", "o-acts"):
                self._stop = button("Stop", "small", "stop", on=lambda: self._actions.stop(self.reply))
                self._copy = copy_tool("Copy the synthesis", lambda: self.reply.text)
                self._again = tool("refresh", "Ask the judge again", "tight", on=self._ask_again)
                text("", "o-grow")
                self._steps = Steps("version", self._step)
                self._adopt = button("Adopt", "small", on=self._toggle_adopted)
                self._merge = button("Merge ticked", "small main", "merge", on=self._merge_ticked)

    @property
    def reply(self) -> ModelReply:
        """The version on screen."""
        return self._versions[self._at]

    def refresh(self, versions: list[ModelReply]) -> None:
        """Show a version that is new, follow it while it is written, and say whether it is adopted."""
        if len(versions) > self._count:
            self._count, self._at = len(versions), len(versions) - 1
            if self._actions.begun_here(versions[-1].uid):
                self.root.run_method("scrollIntoView", {"block": "nearest"})
        self._versions = versions
        self._draw()
        stream = self._actions.find(versions[-1])
        if stream and stream is not self._stream:
            self._stream = stream
            background_tasks.create(self._follow(stream), name=f"judge {stream.reply.uid}")

    def flush(self) -> None:
        """Draw what is new; called by the ticker."""
        if not self.root.is_deleted:
            self._draw()

    async def _follow(self, stream: ReplyStream) -> None:
        async for _ in stream.watch():
            if self.root.is_deleted:
                return
            self._ticker.mark(self.flush)
        self._actions.say(f"Synthesis: {SIGNS[stream.reply.state][1].lower()}")

    def _draw(self) -> None:
        reply = self.reply
        shape = reply.uid, reply.state, bool(reply.text), len(self._versions), self._turn.adopted, self._names()
        if shape != self._shape:
            self._shape = shape
            self._draw_frame(reply)
        self._thoughts.show(reply.thinking, thinking=not reply.text and not reply.state.over)
        points = points_in(reply.text) if reply.purpose is Purpose.CHECKLIST and reply.state.over else []
        self._points.show(points, reply.unticked)
        self._answer.show("" if points else reply.text, writing=not reply.state.over and bool(reply.text))
        self._figures.set_content(self._told(reply))
        self._draw_controls()

    def _draw_frame(self, reply: ModelReply) -> None:
        judge = self._conversation.lane(reply.lane_uid).name
        wrong = trouble(reply)
        kind = {ReplyState.WAITING: "queued", ReplyState.INTERRUPTED: "failed"}.get(reply.state, reply.state.value)
        word = "Adopted" if self._adopted else wrong.state if wrong else SIGNS[reply.state][1]
        title = f"Synthesis: {TITLES[reply.purpose]}"
        self.root.classes(remove=f"{KINDS} adopted", add=f"{kind} {'adopted' if self._adopted else ''}")
        attrs(self.root, aria_label=f"{title} by {judge}: {word}")
        self._head.set_content(
            f'<div class="o-name o-cut">{title}</div>'
            f'<div class="o-from o-cut" title="{escape(reply.model)}">by {escape(judge)}</div>'
        )
        self._state.classes(remove=KINDS, add=kind).set_content(f"{sign_html(reply.state)}<span>{escape(word)}</span>")
        waiting = reply.state is ReplyState.WAITING
        self._note.set_text("The judge reads the answers without names." if waiting and not reply.text else "")
        self._note.set_visibility(bool(self._note.text))
        self._legend.set_content(self._names())
        self._fault.clear()
        if wrong:
            with self._fault, el("div", "o-fail", role="alert"):
                text(wrong.title, tag="h4")
                text(wrong.advice)
                text(wrong.detail, "o-small o-2 o-said")
                if reply.state is ReplyState.FAILED:
                    with el("div", "o-r o-wrap"):
                        button("Choose another judge", "small main", on=self._change)

    def _draw_controls(self) -> None:
        reply = self.reply
        over, ticked = reply.state.over, self._points.ticked
        self._stop.set_visibility(not over)
        self._copy.set_visibility(bool(reply.text))
        self._again.set_visibility(over)
        self._steps.show(self._at, len(self._versions))
        self._adopt.set_visibility(over and bool(reply.text))
        relabel(self._adopt, "Undo adopt" if self._adopted else "Adopt")
        self._merge.set_visibility(over and self._points.shown)
        enable(self._merge, bool(ticked))
        relabel(self._merge, f"Merge {len(ticked)} point{'' if len(ticked) == 1 else 's'}")

    @property
    def _adopted(self) -> bool:
        return self._turn.adopted == self.reply.uid

    def _names(self) -> str:
        """Return as markup which letter was which lane: not for a fused answer, which names none, nor too early."""
        reply = self.reply
        if reply.purpose is Purpose.FUSE or not reply.state.over:
            return ""
        told = legend(self._conversation, self._turn, reply)
        return "".join(f"<span><b>{letter}</b> was {escape(lane.name)}</span>" for letter, lane in told)

    def _told(self, reply: ModelReply) -> str:
        cost = self._actions.cost(reply)
        figures = [
            ("First token", seconds(reply.first_token)),
            ("Speed", speed(reply)),
            ("Tokens", tokens(reply)),
            ("Cost", "–" if cost is None else dollars(cost)),
        ]
        return description_list(figures, "o-figures")

    def _step(self, by: int) -> None:
        self._at = min(max(self._at + by, 0), len(self._versions) - 1)
        self._draw()

    def _ask_again(self) -> object:
        return self._actions.again(self._turn.uid, self.reply.uid)

    def _change(self) -> object:
        return self._actions.change(self._turn.uid, self.reply.uid)

    def _toggle_adopted(self) -> object:
        return self._actions.adopt(self._turn.uid, "" if self._adopted else self.reply.uid)

    def _tick(self, point: int, on: bool) -> object:
        return self._actions.tick(self._turn.uid, self.reply.uid, point, on)

    def _merge_ticked(self) -> object:
        return self._actions.merge(self._turn.uid, self.reply.uid, self._points.ticked)
