"""Which answer was better: asked in blind mode, and shown once it was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from nicegui.element import Element

from components.fields import Field
from components.pieces import attrs, button, el, icon, text
from services.chats.ballots import Verdict, Vote
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.covers import shown_lanes

CastVote: TypeAlias = Callable[[str, Verdict, str, str], object]  # turn, verdict, lane that won or nothing, tag
FEWEST = 2


class VoteBar:
    """Buttons for a turn that can be voted on, else in words how the person voted; nothing outside blind mode."""

    def __init__(self, conversation: Conversation, turn: Turn, cast: CastVote, tags: Callable[[], Sequence[str]]):
        self.voted = False
        self._conversation = conversation
        self._turn = turn
        self._cast = cast
        self._tags = tags
        self._changing = False
        self._shown: object = None
        self._first: Element | None = None
        self.root = el("section", "o-vote", aria_label="Your vote")

    def refresh(self) -> None:
        """Follow what changed."""
        lanes = [lane for lane in shown_lanes(self._conversation, self._turn) if self._turn.standing(lane.uid)]
        voices = [self._turn.replies[lane.uid][-1] for lane in shown_lanes(self._conversation, self._turn)]
        running = any(not reply.state.over for reply in voices)
        vote, blind = self._turn.vote, self._conversation.settings.blind
        shown = (vote, blind, running, [(lane.uid, lane.name) for lane in lanes], self._changing)
        if shown == self._shown:
            return
        self._shown = shown
        self._first = None
        self.root.clear()
        self.root.set_visibility(bool(vote or blind))
        with self.root:
            if vote and not self._changing:
                self._say(vote, lanes)
            elif blind or vote:
                self._ask(lanes, running=running)

    def focus(self) -> None:
        """Let the keyboard go on here."""
        if self._first:
            self._first.run_method("focus")

    def _say(self, vote: Vote, lanes: Sequence[Lane]) -> None:
        with el("div", "o-r o-wrap o-small"):
            icon("check_circle", "s o-3")
            text(_words(vote, lanes, self._conversation), "o-2 o-said", tag="span")
            if vote.tag:
                text(vote.tag, "o-pill", tag="span")
            self._first = button("Change", "small quiet", on=self._change)

    def _change(self) -> None:
        self._changing = True
        self.refresh()
        self.focus()

    def _ask(self, lanes: Sequence[Lane], *, running: bool) -> None:
        if running or len(lanes) < FEWEST:
            words = (
                "Names appear after the vote, which begins when all have answered."
                if running
                else "A vote needs two answers. Leave blind mode to see the names."
            )
            text(words, "o-small o-3")
            return
        old = self._turn.vote
        with el("div", "o-r o-wrap o-ballot"):
            for lane in lanes:
                self._button(f"{lane.name.removeprefix('Answer ')} is better", "accent", Verdict.BETTER, lane.uid)
            both = "Both" if len(lanes) == FEWEST else "All"
            self._button("Equally good", "", Verdict.TIE)
            self._button(f"{both} bad", "", Verdict.BAD)
            with el("div", "o-tag"):
                self._tag = Field("Tag", value=old.tag if old else "", placeholder="Tag, for example code")
        name = f"tags{self.root.id}"
        attrs(self._tag.input, maxlength=80, list=name)
        with el("datalist", id=name):
            for tag in self._tags():
                el("option", value=tag)
        text("Your vote counts on your leaderboard. Then the names appear.", "o-small o-3")

    def _button(self, label: str, kind: str, verdict: Verdict, winner: str = "") -> None:
        made = button(label, kind, on=partial(self._vote, verdict, winner))
        self._first = self._first or made

    def _vote(self, verdict: Verdict, winner: str) -> object:
        self.voted, self._changing = True, False
        return self._cast(self._turn.uid, verdict, winner, self._tag.value)


def _words(vote: Vote, lanes: Sequence[Lane], conversation: Conversation) -> str:
    if vote.verdict is Verdict.TIE:
        return "You found them equally good."
    if vote.verdict is Verdict.BAD:
        return f"You found {'both' if len(vote.models) == FEWEST else 'all'} bad."
    names = {lane.uid: lane.name for lane in [*conversation.lanes, *lanes]}
    return f"You found {names.get(vote.winner, vote.models.get(vote.winner, 'one'))} better."
