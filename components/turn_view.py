"""One turn of a conversation: the prompt as a headline, its answers below; or all of it in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from components.context_switch import MEANINGS, MODES
from components.copying import copy_tool
from components.figures import seconds
from components.lane_card import LaneCard, LaneNews
from components.lane_controls import LaneActions
from components.marks import dots_html, lane_hue, lane_mark_html, letters_for
from components.pieces import button, el, icon, raw, text, tool
from components.prompt_heading import PromptHeading
from services.contexts import ContextMode
from services.conversations import Conversation, Lane, Turn
from services.hub import ReplyStream
from services.replies import ModelReply, ReplyState

ANSWERED = {ReplyState.DONE, ReplyState.STOPPED}
IN_SIGHT = {"behavior": "smooth", "block": "nearest", "inline": "start"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnActions:
    """What a turn asks of the page; all but ``settings`` and ``stop_all`` take the uids of the turn and the lane."""

    stop: Callable[[str, str], object]
    again: Callable[[str, str], object]
    go_on: Callable[[str, str], object]
    settings: Callable[[str], object]
    stop_all: Callable[[str], object]
    find: Callable[[ModelReply], ReplyStream | None]
    say: Callable[[str], None]


class TurnView:
    """Show one turn, folded to a line or with a card for every lane that was asked."""

    def __init__(self, conversation: Conversation, turn: Turn, actions: TurnActions, *, folded: bool) -> None:
        self.turn = turn
        self._conversation = conversation
        self._actions = actions
        self._folded = folded
        self._kept_open = False
        self._said = ""
        self._cards: dict[str, LaneCard] = {}
        self._tabs: dict[str, _Tab] = {}
        self.root = el("section", "o-turns")
        self._build()

    def fold(self) -> None:
        """Fold the turn to one line, unless answers are still written or somebody opened it to read."""
        if not (self._folded or self._kept_open or self.turn.running):
            self._folded = True
            self._build()

    def refresh(self) -> None:
        """Follow what changed: versions, names of lanes, endings."""
        if self._folded:
            if self._outcome() != self._said:
                self._build()
            return
        letters = letters_for(self._conversation)
        for lane in self._conversation.lanes:
            if card := self._cards.get(lane.uid):
                self._tabs[lane.uid].rename(lane, letters[lane.uid])
                card.rename(lane, letters[lane.uid])
                card.refresh()
        self._draw_tools()

    def _build(self) -> None:
        self.root.clear()
        self._cards.clear()
        self._tabs.clear()
        with self.root:
            if self._folded:
                self._build_line()
            else:
                self._build_heading()
                self._build_lanes()

    def _build_line(self) -> None:
        turn, self._said = self.turn, self._outcome()
        with el("button", "o-folded", type="button", aria_expanded=False).on("click", self._unfold):
            icon("chevron_right", "s")
            raw(
                f'<span class="o-3 o-num">{self._number}</span><span class="o-cut o-grow">{escape(turn.prompt[:200])}'
                f'</span><span class="o-small o-3 o-wide">{escape(self._said)}</span>'
                + dots_html(versions[-1].model for versions in turn.replies.values()),
                "o-grow o-r",
            )

    def _unfold(self) -> None:
        self._folded, self._kept_open = False, True
        self._build()
        self._fold_button.run_method("focus")
        self.root.run_method("scrollIntoView", {"block": "nearest"})

    def _fold_by_hand(self) -> None:
        self._folded, self._kept_open = True, False
        self._build()

    def _build_heading(self) -> None:
        with el("div", "o-turn"):
            PromptHeading(self.turn.prompt)
            with el("div", "o-r o-turn-tools"):
                if self.turn.context_mode is not ContextMode.OWN:
                    mode = self.turn.context_mode
                    text(f"Sees: {MODES[mode]}", "o-pill accent", tag="span", title=MEANINGS[mode])
                self._figures = text("", "o-small o-3 o-num o-wide", tag="span")
                self._stop = button("Stop all", "small", "stop", on=lambda: self._actions.stop_all(self.turn.uid))
                self._copy = copy_tool("Copy all answers", self._all_answers)
                self._fold_button = tool("expand_less", "Fold this turn", "tight", on=self._fold_by_hand)
        self._draw_tools()

    def _draw_tools(self) -> None:
        running = self.turn.running
        self._figures.set_text(f"Turn {self._number} · {self._outcome()}")
        self._stop.set_visibility(running)
        self._copy.set_visibility(not running)
        self._fold_button.set_visibility(not running and self.turn.uid != self._conversation.head)

    def _build_lanes(self) -> None:
        letters = letters_for(self._conversation)
        asked = [lane for lane in self._conversation.voices if self.turn.replies.get(lane.uid)]
        with el("div", "o-tabs o-phone", role="navigation", aria_label="Answers"):
            for lane in asked:
                self._tabs[lane.uid] = _Tab(lane, letters[lane.uid], self._bring)
        with el("div", "o-lanes columns"):
            for lane in asked:
                self._cards[lane.uid] = LaneCard(
                    lane, self.turn.replies[lane.uid], letters[lane.uid], self._lane_actions(), self._lane_news(lane)
                )
        for lane in asked:
            self._tabs[lane.uid].show(self._cards[lane.uid].sign)

    def _lane_actions(self) -> LaneActions:
        turn, actions = self.turn.uid, self._actions
        return LaneActions(
            stop=lambda lane: actions.stop(turn, lane),
            again=lambda lane: actions.again(turn, lane),
            go_on=lambda lane: actions.go_on(turn, lane),
            settings=actions.settings,
        )

    def _lane_news(self, lane: Lane) -> LaneNews:
        return LaneNews(
            find=self._actions.find,
            waits_for=lambda: self._conversation.busy_before(self.turn, lane),
            changed=lambda: self._show_state(lane.uid),
            over=self._over,
        )

    def _show_state(self, lane_uid: str) -> None:
        if card := self._cards.get(lane_uid):
            self._tabs[lane_uid].show(card.sign)

    def _bring(self, lane_uid: str) -> None:
        """On a phone one card is in sight at a time; its tab brings it there."""
        for uid, tab in self._tabs.items():
            tab.choose(uid == lane_uid)
        self._cards[lane_uid].root.run_method("scrollIntoView", IN_SIGHT)

    def _over(self, words: str) -> None:
        self._actions.say(words)
        if not (self._folded or self.root.is_deleted):
            self._draw_tools()

    @property
    def _number(self) -> int:
        return len(self._conversation.path_to(self.turn))

    def _outcome(self) -> str:
        newest = [versions[-1] for versions in self.turn.replies.values()]
        answered = sum(reply.state in ANSWERED and bool(reply.text) for reply in newest)
        failed = sum(reply.state is ReplyState.FAILED for reply in newest)
        count = f"{answered} of {len(newest)} answered" if answered < len(newest) else _answers(answered)
        parts = [count, f"{failed} failed" if failed else ""]
        if not self.turn.running:
            parts.append(seconds(max((reply.duration or 0 for reply in newest), default=0)))
        return " · ".join(filter(None, parts))

    def _all_answers(self) -> str:
        parts = [f"> {self.turn.prompt}"]
        for lane in self._conversation.lanes:
            if reply := self.turn.newest(lane.uid):
                parts.append(f"## {lane.name}\n\n{reply.text}")
        return "\n\n".join(parts)


class _Tab:
    """A lane's tab: who it is, and how it stands."""

    def __init__(self, lane: Lane, letters: str, choose: Callable[[str], None]) -> None:
        self._words = self._sign = self._hue = ""
        with el("button", "o-tab", type="button") as self._root:
            self._face = raw("", "o-r")
        self._root.on("click", lambda: choose(lane.uid))
        self.rename(lane, letters)

    def rename(self, lane: Lane, letters: str) -> None:
        """Take over the lane's name and look."""
        self._words = f'{lane_mark_html(lane, letters, "s")}<span class="o-cut">{escape(lane.name)}</span>'
        self._root.classes(remove=self._hue, add=lane_hue(lane))
        self._hue = lane_hue(lane)
        self.show(self._sign)

    def show(self, sign: str) -> None:
        """Show the state behind the name."""
        self._sign = sign
        self._face.set_content(self._words + sign)

    def choose(self, on: bool) -> None:
        """Show whether its card is the one in sight."""
        self._root.classes(add="on") if on else self._root.classes(remove="on")


def _answers(count: int) -> str:
    return f"{count} answer{'s' if count != 1 else ''}"
