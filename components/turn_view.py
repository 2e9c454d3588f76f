"""One turn of a conversation: the prompt as a headline, its answers below; or all of it in one line."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from components.figures import seconds, sum_words
from components.lane_card import LaneCard, LaneNews
from components.lane_tab import LaneTab
from components.marks import dots_html, letters_for
from components.pieces import el, icon, raw
from components.turn_actions import TurnActions
from components.turn_foot import TurnFoot
from components.turn_heading import TurnHeading
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.costs import sum_of
from services.chats.covers import is_covered, letter, shown_lanes
from services.chats.replies import ReplyState
from services.chats.synthesis import syntheses

ANSWERED = {ReplyState.DONE, ReplyState.STOPPED}
IN_SIGHT = {"behavior": "smooth", "block": "nearest", "inline": "start"}


class TurnView:
    """Show one turn, folded to a line or with a card for every lane that was asked."""

    def __init__(self, conversation: Conversation, turn: Turn, actions: TurnActions, *, folded: bool) -> None:
        self.turn = turn
        self._conversation = conversation
        self._actions = actions
        self._folded = folded
        self._said = ""
        self._covered = False
        self._foot: TurnFoot | None = None
        self._cards: dict[str, LaneCard] = {}
        self._tabs: dict[str, LaneTab] = {}
        self.root = el("section", "o-turns")
        self._build()

    def unfold(self) -> None:
        """Open the turn."""
        if self._folded:
            self._folded = False
            self._build()

    def fold(self) -> None:
        """Fold the turn to one line, unless answers are still written or somebody opened it to read."""
        kept_open = self.turn.uid in self._conversation.settings.opened
        if not (self._folded or kept_open or self.turn.running):
            self._folded = True
            self._build()

    def refresh(self) -> None:
        """Follow what changed: versions, names of lanes, endings, and whether names may be seen."""
        if is_covered(self._conversation, self.turn) is not self._covered:
            self._build()
            return
        if self._folded:
            if self._outcome() != self._said:
                self._build()
            return
        self._add_cards()
        self._keep_order()
        letters = self._letters()
        for lane in self._shown_lanes():
            if card := self._cards.get(lane.uid):
                self._tabs[lane.uid].rename(lane, letters[lane.uid])
                card.rename(lane, letters[lane.uid])
                card.refresh()
        if self._foot:
            self._foot.refresh()
        self._draw_heading()

    def _build(self) -> None:
        voted_here = self._foot is not None and self._foot.voted
        self._covered, self._foot = is_covered(self._conversation, self.turn), None
        self.root.clear()
        self._cards.clear()
        self._tabs.clear()
        with self.root:
            if self._folded:
                self._build_line()
            else:
                self._build_heading()
                self._build_lanes()
                judges = replace(self._actions.judges, say=self._over)
                self._foot = TurnFoot(self._conversation, self.turn, judges, self._actions.vote, self._actions.tags)
        if self._foot and voted_here:
            self._foot.focus()

    def _build_line(self) -> None:
        turn, self._said = self.turn, self._outcome()
        with el("button", "o-folded", type="button", aria_expanded=False).on("click", self._unfold):
            icon("chevron_right", "s")
            raw(
                f'<span class="o-3 o-num">{self._number}</span><span class="o-cut o-grow">{escape(turn.prompt[:200])}'
                f'</span><span class="o-small o-3 o-wide">{escape(self._said)}</span>'
                + dots_html(lane.model for lane in self._shown_lanes()),
                "o-grow o-r",
            )

    def _unfold(self) -> object:
        self.unfold()
        self._heading.focus()
        self.root.run_method("scrollIntoView", {"block": "nearest"})
        return self._actions.keep_open(self.turn.uid, True)

    def _fold_by_hand(self) -> object:
        self._folded = True
        self._build()
        return self._actions.keep_open(self.turn.uid, False)

    def _build_heading(self) -> None:
        self._heading = TurnHeading(
            self._conversation, self.turn, self._actions, fold=self._fold_by_hand, answers=self._all_answers
        )
        self._draw_heading()

    def _draw_heading(self) -> None:
        spent = sum_of(reply for versions in self.turn.replies.values() for reply in versions)
        told = "" if self._covered else sum_words(spent)
        self._heading.show(" · ".join(filter(None, (f"Turn {self._number}", self._outcome(), told))))

    def _build_lanes(self) -> None:
        with el("div", "o-answers"):
            self._strip = el("div", "o-tabs o-strip", role="navigation", aria_label="Answers")
            self._lanes = el("div", "o-lanes")
        self._add_cards()
        if self._cards:
            self._mark(next(iter(self._cards)))

    def _add_cards(self) -> None:
        """Draw the cards that are not there yet: all at first, later those of lanes that answer afterwards."""
        letters = self._letters()
        for lane in self._shown_lanes():
            if lane.uid in self._cards:
                continue
            with self._strip:
                self._tabs[lane.uid] = LaneTab(lane, letters[lane.uid], self._bring)
            with self._lanes:
                actions = self._actions.of_lanes(self.turn.uid)
                card = LaneCard(lane, self.turn, letters[lane.uid], actions, self._lane_news(lane))
            self._cards[lane.uid] = card
            self._tabs[lane.uid].show(card.sign, card.word, card.told)

    def _lane_news(self, lane: Lane) -> LaneNews:
        return LaneNews(
            find=self._actions.find,
            waits_for=lambda: self._conversation.busy_before(self.turn, lane),
            shut=lambda: self._conversation.settings.is_shut(self.turn.uid, lane.uid),
            changed=lambda: self._show_state(lane.uid),
            over=self._over,
        )

    def _show_state(self, lane_uid: str) -> None:
        if card := self._cards.get(lane_uid):
            self._tabs[lane_uid].show(card.sign, card.word, card.told)
        self._actions.changed()

    def _bring(self, lane_uid: str) -> None:
        """Where one card is in sight at a time, its tab brings it there."""
        self._mark(lane_uid)
        self._cards[lane_uid].root.run_method("scrollIntoView", IN_SIGHT)

    def _mark(self, lane_uid: str) -> None:
        for uid, tab in self._tabs.items():
            tab.choose(uid == lane_uid)
            self._cards[uid].bring(uid == lane_uid)

    def _keep_order(self) -> None:
        """Let cards and tabs stand as their lanes do; none is made anew."""
        order = [lane.uid for lane in self._shown_lanes()]
        if order != list(self._cards):
            self._cards = {uid: self._cards[uid] for uid in order}
            self._tabs = {uid: self._tabs[uid] for uid in order}
            for at, uid in enumerate(order):
                self._cards[uid].root.move(target_index=at)
                self._tabs[uid].root.move(target_index=at)

    def _over(self, words: str) -> None:
        self._actions.say(words)
        if not (self._folded or self.root.is_deleted):
            self._draw_heading()
            if self._foot:
                self._foot.refresh()

    def _shown_lanes(self) -> list[Lane]:
        return list(shown_lanes(self._conversation, self.turn))

    def _letters(self) -> dict[str, str]:
        if not self._covered:
            return letters_for(self._conversation)
        return {lane.uid: letter(at) for at, lane in enumerate(self._shown_lanes())}

    @property
    def _number(self) -> int:
        return len(self._conversation.path_to(self.turn))

    def _outcome(self) -> str:
        newest = [self.turn.replies[lane.uid][-1] for lane in self._shown_lanes()]
        answered = sum(reply.state in ANSWERED and bool(reply.text) for reply in newest)
        failed = sum(reply.state is ReplyState.FAILED for reply in newest)
        count = f"{answered} of {len(newest)} answered" if answered < len(newest) else _answers(answered)
        parts = [count, f"{failed} failed" if failed else ""]
        if self._covered:
            parts.append("names appear after the vote")
        elif not self.turn.running:
            parts.append(seconds(max((reply.duration or 0 for reply in newest), default=0)))
        return " · ".join(filter(None, parts))

    def _all_answers(self) -> str:
        parts = [f"> {self.turn.prompt}"]
        for lane in self._shown_lanes():
            parts.append(f"## {lane.name}\n\n{self.turn.replies[lane.uid][-1].text}")
        for versions in syntheses(self._conversation, self.turn):
            judge = self._conversation.lane(versions[-1].lane_uid)
            parts.append(f"## Synthesis by {judge.name}\n\n{versions[-1].text}")
        return "\n\n".join(parts)


def _answers(count: int) -> str:
    return f"{count} answer{'s' if count != 1 else ''}"
