"""What a reply had before it: which turns, and which answers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias


class ContextMode(StrEnum):
    """What the next turn sees of the turns before it.

    ``OWN`` is each lane's own answers. ``ADOPTED`` goes on from the answer adopted last, with all that it had seen,
    and ``MERGED`` so from the last synthesis. In ``QUOTED`` each lane sees everybody's answers under their names.
    """

    OWN = "own"
    ADOPTED = "adopted"
    MERGED = "merged"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class Seen:
    """A turn before, and the answers to it that are sent along: uid and label, which is empty for one's own voice."""

    turn: str
    answers: tuple[tuple[str, str], ...]


Context: TypeAlias = tuple[Seen, ...]
Written: TypeAlias = Mapping[str, Any]


def written(context: Context, contexts: Mapping[str, Context]) -> Written:
    """Return ``context`` as JSON, short where it only adds a turn to what a reply among ``contexts`` had."""
    if context:
        last = context[-1].answers[0][0]
        if contexts.get(last) == context[:-1]:
            return {"after": last, "seen": [_written(context[-1])]}
    return {"seen": [_written(seen) for seen in context]}


def read_contexts(written: Mapping[str, Written]) -> dict[str, Context]:
    """Return the contexts of replies, by uid, from what ``written`` returned for each."""
    contexts = dict[str, Context]()
    for uid in written:
        waiting = [uid]
        while waiting:
            at = written[waiting[-1]]
            before = at.get("after", "")
            if before in contexts or before not in written:
                contexts[waiting.pop()] = (*contexts.get(before, ()), *(_read(seen) for seen in at.get("seen", ())))
            else:
                waiting.append(before)
    return contexts


def _written(seen: Seen) -> list[Any]:
    return [seen.turn, [list(answer) for answer in seen.answers]]


def _read(told: list[Any]) -> Seen:
    turn, answers = told
    return Seen(turn, tuple((uid, label) for uid, label in answers))
