"""What two answers say differently, and what several say alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeAlias

TOKEN = re.compile(r"(\s*)(\w+|[^\w\s]|\Z)")
SENTENCE = re.compile(r"(?<=[.!?…。！？])\s+|\n+")
MEANING = re.compile(r"\w{3,}")
MOST_WORDS = 6_000
MOST_PAIRS = 300_000  # of equal words; with more, words that stand everywhere are no longer matched
MOST_SENTENCES = 600
ALIKE = 0.5  # share of the words of two sentences that both have


Token: TypeAlias = tuple[str, str]  # the space before a word, and the word


class Kind(StrEnum):
    """Whether a piece stands in both answers, in the first only, or in the second only."""

    SAME = "same"
    CUT = "cut"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and where they stand."""

    kind: Kind
    text: str


def difference(one: str, other: str) -> list[Piece]:
    """Return how ``other`` comes out of ``one``, word by word; of very long answers line by line."""
    first, second = _words(one), _words(other)
    if len(first) + len(second) > 2 * MOST_WORDS:
        first, second = _lines(one), _lines(other)
    return list(_joined(_pieces(first, second)))


def agreement(text: str, others: Sequence[str]) -> list[tuple[str, int]]:
    """Return the sentences of ``text`` in order, each with the number of ``others`` that say much the same.

    Of very long texts only the beginnings are compared.
    """
    theirs = [[_meaning(sentence) for sentence in _sentences(other)[:MOST_SENTENCES]] for other in others]
    found = []
    for at, sentence in enumerate(_sentences(text)):
        mine = _meaning(sentence) if at < MOST_SENTENCES else frozenset()
        found.append((sentence, sum(any(_alike(mine, each) for each in other) for other in theirs)))
    return found


def _words(text: str) -> list[Token]:
    return [(space, word) for space, word in TOKEN.findall(text) if space or word]


def _lines(text: str) -> list[Token]:
    return [("", line) for line in text.splitlines(keepends=True)]


def _pieces(first: Sequence[Token], second: Sequence[Token]) -> Iterator[Piece]:
    mine, theirs = [word for _, word in first], [word for _, word in second]
    counts = Counter(theirs)
    matcher = SequenceMatcher(None, mine, theirs, autojunk=sum(counts[word] for word in mine) > MOST_PAIRS)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            for one, other in zip(first[i:j], second[k:m], strict=True):
                yield from _changed(one[0], other[0])
                yield Piece(Kind.SAME, one[1])
        else:
            yield from _changed(_written(first[i:j]), _written(second[k:m]))


def _written(tokens: Sequence[Token]) -> str:
    return "".join(space + word for space, word in tokens)


def _changed(cut: str, added: str) -> Iterator[Piece]:
    """Show one in place of the other, except for the space that both begin with."""
    space = cut[: len(cut) - len(cut.lstrip())]
    if not added.startswith(space) or cut == added:
        space = cut if cut == added else ""
    yield Piece(Kind.SAME, space)
    yield Piece(Kind.CUT, cut[len(space) :])
    yield Piece(Kind.ADDED, added[len(space) :])


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Let neighbours of a kind be one piece, of what changes first what was cut."""
    same, cut, added = "", "", ""
    for piece in pieces:
        if piece.kind is Kind.CUT:
            cut += piece.text
        elif piece.kind is Kind.ADDED:
            added += piece.text
        elif piece.text:
            if cut or added:
                yield from _told(same, cut, added)
                same, cut, added = "", "", ""
            same += piece.text
    yield from _told(same, cut, added)


def _told(same: str, cut: str, added: str) -> Iterator[Piece]:
    for kind, text in ((Kind.SAME, same), (Kind.CUT, cut), (Kind.ADDED, added)):
        if text:
            yield Piece(kind, text)


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in SENTENCE.split(text) if sentence.strip()]


def _meaning(sentence: str) -> frozenset[str]:
    return frozenset(word.lower() for word in MEANING.findall(sentence))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    both = len(one & other)
    return both > 1 and both / min(len(one), len(other)) > ALIKE and both / len(one | other) > ALIKE / 2
