"""What two answers say differently, and what several say alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
SENTENCE = re.compile(r"(?<=[.!?…。！？])\s+|\n+")
MEANING = re.compile(r"\w{3,}")
MOST_WORDS = 6_000
ALIKE = 0.5  # share of the words of two sentences that both have


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
    pattern = WORDS.findall
    first, second = pattern(one), pattern(other)
    if len(first) + len(second) > 2 * MOST_WORDS:
        first, second = one.splitlines(keepends=True), other.splitlines(keepends=True)
    return list(_joined(_pieces(first, second)))


def agreement(text: str, others: Sequence[str]) -> list[tuple[str, int]]:
    """Return the sentences of ``text`` in order, each with the number of ``others`` that say much the same."""
    theirs = [[_meaning(sentence) for sentence in _sentences(other)] for other in others]
    found = []
    for sentence in _sentences(text):
        mine = _meaning(sentence)
        found.append((sentence, sum(any(_alike(mine, each) for each in other) for other in theirs)))
    return found


def _pieces(first: Sequence[str], second: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, first, second, autojunk=len(first) > MOST_WORDS // 3)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(first[i:j]))
        else:
            if j > i:
                yield Piece(Kind.CUT, "".join(first[i:j]))
            if m > k:
                yield Piece(Kind.ADDED, "".join(second[k:m]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Let a lone space between two changes belong to both, so that they are read as one."""
    cut, added = "", ""
    for piece in pieces:
        if piece.kind is Kind.SAME and (piece.text.strip() or not (cut or added)):
            yield from _changes(cut, added)
            cut, added = "", ""
            yield piece
        elif piece.kind is Kind.SAME:
            cut, added = cut + piece.text, added + piece.text
        elif piece.kind is Kind.CUT:
            cut += piece.text
        else:
            added += piece.text
    yield from _changes(cut, added)


def _changes(cut: str, added: str) -> Iterator[Piece]:
    if cut:
        yield Piece(Kind.CUT, cut)
    if added:
        yield Piece(Kind.ADDED, added)


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in SENTENCE.split(text) if sentence.strip()]


def _meaning(sentence: str) -> frozenset[str]:
    return frozenset(word.lower() for word in MEANING.findall(sentence))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    both = len(one & other)
    return both > 1 and both / min(len(one), len(other)) > ALIKE and both / len(one | other) > ALIKE / 2
