"""What two answers say differently, and where answers agree."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

from nicegui import background_tasks, ui
from nicegui.element import Element

from components.marks import lane_hue, lane_mark_html
from components.menu import Choice, open_menu
from components.pieces import attrs, el, icon, raw, text, tool
from components.plain_words import words_of
from components.segmented import Segmented
from services.chats.conversations import Lane
from services.chats.differences import Kind, Piece, agreement, difference

TAGS = {Kind.SAME: "", Kind.CUT: "del", Kind.ADDED: "ins"}
LINE = re.compile(r"\S(?:[^\n]*\S)?")
VIEWS = {"beside": "Side by side", "one": "One text", "agree": "Agreement"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer as it may be shown: whose, under which letters, and its words in Markdown."""

    lane: Lane
    letters: str
    words: str


class DifferenceView:
    """A dialog over two answers of a turn; what is compared is computed beside the loop that serves the pages."""

    def __init__(self, answers: Sequence[Said], first: int) -> None:
        self._answers = answers
        self._first, self._second = first, 0 if first else 1
        self._asked = 0
        with ui.dialog() as self.dialog, el("div", "o-panel o-differ"):
            with el("header"):
                icon("difference")
                text("Difference", "o-title o-grow", tag="h2")
                self._view = Segmented("What to show", VIEWS, "beside", self._draw)
                tool("close", "Close", on=self.dialog.close)
            with el("div", "o-r o-wrap o-pair-bar"):
                self._one = self._chooser()
                self._swap = tool("swap_horiz", "Swap the two answers", on=self._turn_round)
                self._other = self._chooser(second=True)
                self._sum = text("", "o-small o-2 o-num", tag="span", role="status")
            self._result = el("div", "o-differ-body", tabindex=0, role="region", aria_label="Compared answers")
        attrs(self.dialog, aria_label="Difference").on("hide", self.dialog.delete)
        self._draw()

    def _chooser(self, *, second: bool = False) -> Element:
        with el("button", "o-chip lane o-whose", type="button", aria_haspopup="menu") as made:
            raw("", "o-r")
            icon("expand_more", "s o-3")
        return made.on("click", lambda: open_menu(made, list(self._choices(second=second))))

    def _choices(self, *, second: bool) -> Iterator[Choice]:
        for at, answer in enumerate(self._answers):
            on = at == (self._second if second else self._first)
            yield Choice("check" if on else "description", answer.lane.name, partial(self._take, at, second=second))

    def _take(self, at: int, *, second: bool) -> None:
        """Choose an answer for one side; if it stands on the other, the two change places."""
        if at == (self._first if second else self._second):
            self._first, self._second = self._second, self._first
        elif second:
            self._second = at
        else:
            self._first = at
        self._draw()

    def _turn_round(self) -> None:
        self._first, self._second = self._second, self._first
        self._draw()

    def _draw(self) -> None:
        one, other = self._answers[self._first], self._answers[self._second]
        agree = self._view.value == "agree"
        _name(self._one, one, "Answer to look at" if agree else "First answer")
        _name(self._other, other, "Second answer")
        self._other.set_visibility(not agree)
        self._swap.set_visibility(not agree)
        self._sum.set_text("Comparing …")
        self._asked += 1
        work = self._agree(one) if agree else self._differ(one, other)
        background_tasks.create(work, name="difference")

    async def _differ(self, one: Said, other: Said) -> None:
        asked = self._asked
        pieces = await asyncio.to_thread(_compared, one, other)
        if asked != self._asked or self._result.is_deleted:
            return
        self._sum.set_text(_summary(pieces))
        self._result.clear()
        with self._result:
            if self._view.value == "one":
                raw(_html(pieces), "o-diff o-sheet-text")
            else:
                with el("div", "o-two"):
                    _column(one, _html(piece for piece in pieces if piece.kind is not Kind.ADDED))
                    _column(other, _html(piece for piece in pieces if piece.kind is not Kind.CUT))

    async def _agree(self, one: Said) -> None:
        asked = self._asked
        others = [answer for answer in self._answers if answer is not one]
        words, told = await asyncio.to_thread(_agreed, one, others)
        if asked != self._asked or self._result.is_deleted:
            return
        shared = sum(bool(count) for _, count in told)
        self._sum.set_text(f"{shared} of {len(told)} sentences are said by others too")
        self._result.clear()
        with self._result:
            raw(_marked(words, told, len(others)), "o-diff o-sheet-text")


def _compared(one: Said, other: Said) -> list[Piece]:
    return difference(words_of(one.words), words_of(other.words))


def _agreed(one: Said, others: Sequence[Said]) -> tuple[str, list[tuple[str, int]]]:
    """Return the words of one answer, and how many others say each of its sentences too."""
    words = words_of(one.words)
    return words, agreement(words, [words_of(other.words) for other in others])


def _name(button: Element, answer: Said, what: str) -> None:
    face = next(child for child in button if isinstance(child, ui.html))
    name = escape(answer.lane.name)
    face.set_content(f'{lane_mark_html(answer.lane, answer.letters, "s")}<span class="o-cut">{name}</span>')
    attrs(button, aria_label=f"{what}: {answer.lane.name}")


def _column(answer: Said, html: str) -> None:
    with el("article", f"o-lane {lane_hue(answer.lane)}", aria_label=answer.lane.name):
        with el("header"):
            name = f'<div class="o-name o-cut o-grow">{escape(answer.lane.name)}</div>'
            raw(lane_mark_html(answer.lane, answer.letters) + name, "o-grow o-r")
        raw(html, "o-body o-diff")


def _html(pieces: Iterator[Piece] | Sequence[Piece]) -> str:
    return "".join(_tagged(TAGS[piece.kind], piece.text) for piece in pieces)


def _tagged(tag: str, words: str) -> str:
    """Mark the words of each line and not the space around them."""
    if not tag:
        return escape(words)
    parts, at = list[str](), 0
    for found in LINE.finditer(words):
        parts += [escape(words[at : found.start()]), f"<{tag}>{escape(found[0])}</{tag}>"]
        at = found.end()
    return "".join(parts) + escape(words[at:])


def _marked(words: str, told: Sequence[tuple[str, int]], others: int) -> str:
    """Return the text with each sentence marked that others say too, by how many."""
    parts, at = [], 0
    for sentence, count in told:
        start = words.find(sentence, at)
        parts.append(escape(words[at:start]))
        at = start + len(sentence)
        if count:
            strength = "all" if count == others else "some"
            hint = f"{count} of {others} others say much the same"
            parts.append(f'<mark class="{strength}" title="{hint}">{escape(sentence)}<sup>{count}</sup></mark>')
        else:
            parts.append(escape(sentence))
    return "".join(parts) + escape(words[at:])


def _summary(pieces: Sequence[Piece]) -> str:
    same = 2 * sum(len(piece.text) for piece in pieces if piece.kind is Kind.SAME)
    every = same + sum(len(piece.text) for piece in pieces if piece.kind is not Kind.SAME)
    count = sum(
        piece.kind is not Kind.SAME and (not at or pieces[at - 1].kind is Kind.SAME) for at, piece in enumerate(pieces)
    )
    differ = (
        f"{count} passage{'' if count == 1 else 's'} differ{'s' if count == 1 else ''}" if count else "no difference"
    )
    return f"{round(100 * same / every) if every else 100} % in common · {differ}"
