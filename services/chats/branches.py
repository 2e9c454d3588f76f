"""All turns of a conversation as the tree that they are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from services.chats.conversations import Conversation, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Knot:
    """A turn and where it stands: ``number`` in its branch, ``level`` one deeper after each parting, both from 1.

    It is wording ``wording`` of ``wordings``; ``answers`` were given, ``versions`` of them counted.
    """

    turn: Turn
    number: int
    level: int
    wording: int
    wordings: int
    answers: int
    versions: int
    in_sight: bool


def branches(conversation: Conversation) -> list[Knot]:
    """Return all turns, each followed by what came after it; where ways part, the way taken first comes first."""
    following = defaultdict[str, list[Turn]](list)
    for turn in conversation.turns:
        following[turn.parent].append(turn)
    in_sight = {turn.uid for turn in conversation.path}
    found = list[Knot]()
    waiting = [(turn, 1, 1) for turn in reversed(following[""])]
    while waiting:
        turn, number, level = waiting.pop()
        found.append(_knot(conversation, turn, following[turn.parent], number, level, turn.uid in in_sight))
        after = following[turn.uid]
        deeper = level + (len(after) > 1)
        waiting += [(each, number + 1, deeper) for each in reversed(after)]
    return found


def _knot(
    conversation: Conversation, turn: Turn, wordings: list[Turn], number: int, level: int, in_sight: bool
) -> Knot:
    versions = [turn.replies.get(lane.uid, ()) for lane in conversation.voices]
    return Knot(
        turn=turn,
        number=number,
        level=level,
        wording=wordings.index(turn) + 1,
        wordings=len(wordings),
        answers=sum(bool(each) for each in versions),
        versions=sum(len(each) for each in versions),
        in_sight=in_sight,
    )
