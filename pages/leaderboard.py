"""The room of the leaderboard: who wins here, how sure that is, and at what price."""

from __future__ import annotations

from components.board_chart import draw_chart
from components.board_table import draw_board, overlap
from components.pieces import attrs, el, link, note, text
from components.segmented import Segmented
from pages.frame import Frame
from services.chats.votes import Board

OWN, EVERYBODY = "own", "everybody"


class LeaderboardRoom:
    """Count the person's votes, or everybody's for whoever may see those, with a tag if one is chosen."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def open(self) -> None:
        """Show the board of all of the person's votes."""
        self._tag = ""
        self._frame.clear("Leaderboard", active="/leaderboard")
        self._whose: Segmented | None = None
        if self._frame.who.is_admin:
            with self._frame.bar:
                self._whose = Segmented("Whose votes", {OWN: "Yours", EVERYBODY: "Everybody"}, OWN, self._draw)
        with self._frame.room:
            self._page = el("div", "o-page")
        await self._draw()

    async def _draw(self) -> None:
        votes, who = self._frame.services.votes, self._frame.who
        everybody = self._whose is not None and self._whose.value == EVERYBODY
        tags = await votes.tags(who, everybody=everybody)
        self._tag = self._tag if self._tag in tags else ""
        board = await votes.leaderboard(who, tag=self._tag, everybody=everybody)
        if self._page.is_deleted:
            return
        self._page.clear()
        with self._page:
            if board.standings:
                self._show(board, tags)
            else:
                _show_nothing()

    def _show(self, board: Board, tags: list[str]) -> None:
        with el("div", "o-r o-wrap"):
            if tags:
                with el("div", "o-r o-wrap", role="radiogroup", aria_label="Votes with this tag"):
                    for tag in ("", *tags):
                        self._chip(tag)
            count = f"{board.votes:,} vote{'' if board.votes == 1 else 's'}"
            text(count, "o-small o-3 o-num", tag="span", role="status")
        with el("section", "o-card", aria_label="Standings"):
            draw_board(board)
            if doubt := overlap(board.standings):
                note(doubt).classes("o-doubt")
        with el("section", "o-card pad", aria_label="Cost against rating"):
            text("Rating against cost", "o-strong", tag="h2")
            if not draw_chart(board):
                text("No price is known for these models, or nobody counted their tokens.", "o-small o-3")

    def _chip(self, tag: str) -> None:
        on = tag == self._tag
        chip = text(tag or "All", f"o-chip {'on' if on else ''}", tag="button", type="button", role="radio")
        attrs(chip, aria_checked=on).on("click", lambda: self._choose(tag))

    async def _choose(self, tag: str) -> None:
        self._tag = tag
        await self._draw()


def _show_nothing() -> None:
    with el("div", "o-welcome"), el("div", "o-c o-middle"):
        text("No votes yet", "o-display", tag="h2")
        text(
            "Hide the names in a chat with the eye in its bar, ask two models or more, and say which answer is better. "
            "Each vote moves the ratings here, except between two lanes of the same model.",
            "o-2 o-lead",
        )
        link("Start a new chat", "/", "o-btn main")
