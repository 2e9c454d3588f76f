"""One turn of a conversation: the prompt as a headline, its answers below; or all of it in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from nicegui import ui

from components.colours import hue_of
from components.figures import seconds
from components.lane_card import LaneActions, LaneCard
from components.marks import dots_html, letters_for, mark_html, provider_of
from components.pieces import button, el, icon, raw, text, tool
from omnichat.registry import every_provider
from services.conversations import Conversation, Lane, Turn
from services.hub import ReplyStream
from services.replies import ModelReply, ReplyState

LONG_PROMPT = 600
IN_SIGHT = {"behavior": "smooth", "block": "nearest", "inline": "start"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnActions:
    """What a turn asks of the page; all but ``stop_all`` take the uids of the turn and the lane."""

    stop: Callable[[str, str], object]
    again: Callable[[str, str], object]
    go_on: Callable[[str, str], object]
    settings: Callable[[str], object]
    stop_all: Callable[[str], object]


class TurnView:
    """Show one turn, folded to a line or with a card for every lane that was asked."""

    def __init__(
        self,
        conversation: Conversation,
        turn: Turn,
        *,
        folded: bool,
        find: Callable[[ModelReply], ReplyStream | None],
        actions: TurnActions,
        say: Callable[[str], None],
    ) -> None:
        self.turn = turn
        self._conversation = conversation
        self._find = find
        self._actions = actions
        self._say = say
        self._folded = folded
        self._cards: dict[str, LaneCard] = {}
        self._whole = False
        self._said_outcome = ""
        self.root = el("section", "o-turns")
        self._build()

    def fold(self) -> None:
        """Fold the turn to one line, unless answers are still being written."""
        if not self._folded and not self.turn.running:
            self._folded = True
            self._build()

    def refresh(self) -> None:
        """Follow versions and settings that changed."""
        if self._folded:
            if self._outcome() != self._said_outcome:
                self._build()
            return
        for card in self._cards.values():
            card.refresh()
        self._draw_tools()

    def rebuild(self) -> None:
        """Draw the turn anew, after lanes were named or set differently."""
        self._build()

    def _build(self) -> None:
        self.root.clear()
        self._cards.clear()
        with self.root:
            if self._folded:
                self._draw_folded()
            else:
                self._draw_heading()
                self._draw_lanes()

    def _draw_folded(self) -> None:
        turn = self.turn
        self._said_outcome = self._outcome()
        with el("button", "o-folded", type="button", aria_expanded=False).on("click", self._unfold):
            icon("chevron_right", "s")
            raw(
                f'<span class="o-3 o-num">{self._number}</span><span class="o-cut o-grow">{escape(turn.prompt[:200])}'
                f'</span><span class="o-small o-3 o-wide">{escape(self._said_outcome)}</span>'
                + dots_html(versions[-1].model for versions in turn.replies.values()),
                "o-grow o-r",
            )

    def _unfold(self) -> None:
        self._folded = False
        self._build()

    def _draw_heading(self) -> None:
        with el("div", "o-turn"):
            with el("div", "o-grow"):
                self._prompt = text("", "o-ask", tag="h2")
                self._more = el("div")
            self._tools = el("div", "o-r o-turn-tools")
        self._show_prompt()
        self._draw_tools()

    def _show_prompt(self) -> None:
        prompt = self.turn.prompt
        long = len(prompt) > LONG_PROMPT
        self._prompt.set_text(prompt if self._whole or not long else f"{prompt[:LONG_PROMPT]}…")
        self._more.clear()
        if long:
            with self._more:
                label = "Show less" if self._whole else f"Show all {len(prompt):,} characters"
                button(label, "small quiet", on=self._toggle_prompt)

    def _toggle_prompt(self) -> None:
        self._whole = not self._whole
        self._show_prompt()

    def _draw_tools(self) -> None:
        self._tools.clear()
        with self._tools:
            text(f"Turn {self._number} · {self._outcome()}", "o-small o-3 o-num o-wide", tag="span")
            if self.turn.running:
                button("Stop all", "small", "stop", on=lambda: self._actions.stop_all(self.turn.uid))
            else:
                tool("content_copy", "Copy all answers", on=lambda: ui.clipboard.write(self._all_answers()))

    def _draw_lanes(self) -> None:
        letters = letters_for(self._conversation.lanes)
        tabs = el("div", "o-tabs o-phone", role="navigation", aria_label="Answers")
        with el("div", "o-lanes columns"):
            for lane in self._conversation.lanes:
                versions = self.turn.replies.get(lane.uid)
                if versions:
                    provider = every_provider().get(provider_of(lane.model))
                    self._cards[lane.uid] = LaneCard(
                        lane,
                        versions,
                        letters=letters[lane.uid],
                        source=provider.title if provider else provider_of(lane.model),
                        find=self._find,
                        actions=self._lane_actions(),
                        say=self._over,
                    )

        with tabs:
            for lane in self._conversation.lanes:
                if card := self._cards.get(lane.uid):
                    self._draw_tab(lane, letters[lane.uid], card)

    def _draw_tab(self, lane: Lane, letters: str, card: LaneCard) -> None:
        """On a phone one card is in sight at a time; its tab brings it there."""
        with el("button", f"o-tab {hue_of(provider_of(lane.model))}", type="button") as tab:
            raw(f'{mark_html(letters, lane.model, "s")}<span class="o-cut">{escape(lane.name)}</span>', "o-r")
        tab.on("click", lambda: card.root.run_method("scrollIntoView", IN_SIGHT))

    def _lane_actions(self) -> LaneActions:
        turn, actions = self.turn.uid, self._actions
        return LaneActions(
            stop=lambda lane: actions.stop(turn, lane),
            again=lambda lane: actions.again(turn, lane),
            go_on=lambda lane: actions.go_on(turn, lane),
            settings=actions.settings,
        )

    def _over(self, words: str) -> None:
        self._say(words)
        if not self._folded and not self.turn.running:
            self._draw_tools()

    @property
    def _number(self) -> int:
        return self._conversation.turns.index(self.turn) + 1

    def _outcome(self) -> str:
        newest = [versions[-1] for versions in self.turn.replies.values()]
        failed = sum(reply.state is ReplyState.FAILED for reply in newest)
        parts = [f"{len(newest)} answer{'s' if len(newest) != 1 else ''}"]
        if failed:
            parts.append(f"{failed} failed")
        if not self.turn.running:
            parts.append(seconds(max((reply.duration or 0 for reply in newest), default=0)))
        return " · ".join(parts)

    def _all_answers(self) -> str:
        parts = [f"> {self.turn.prompt}"]
        for lane in self._conversation.lanes:
            if reply := self.turn.newest(lane.uid):
                parts.append(f"## {lane.name}\n\n{reply.text}")
        return "\n\n".join(parts)
