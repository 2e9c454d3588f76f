"""What stands below the answers to a turn: the vote, and what judges said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from components.judge_card import JudgeActions, JudgeCard
from components.pieces import el
from components.vote_bar import CastVote, VoteBar
from services.chats.conversations import Conversation, Turn
from services.chats.synthesis import syntheses


class TurnFoot:
    """Keep the vote and one card a synthesis in step with the turn."""

    def __init__(
        self,
        conversation: Conversation,
        turn: Turn,
        judges: JudgeActions,
        vote: CastVote,
        tags: Callable[[], Sequence[str]],
    ) -> None:
        self._conversation = conversation
        self._turn = turn
        self._judges = judges
        self._cards: dict[str, JudgeCard] = {}
        self._bar = VoteBar(conversation, turn, vote, tags)
        self._box = el("div", "o-judges")
        self.refresh()

    @property
    def voted(self) -> bool:
        """Whether the vote was given here, and not on another page."""
        return self._bar.voted

    def focus(self) -> None:
        """Let the keyboard go on at the vote."""
        self._bar.focus()

    def refresh(self) -> None:
        """Follow what changed."""
        self._bar.refresh()
        for versions in syntheses(self._conversation, self._turn):
            first = versions[0].uid
            if card := self._cards.get(first):
                card.refresh(versions)
            else:
                with self._box:
                    self._cards[first] = JudgeCard(self._conversation, self._turn, versions, self._judges)
