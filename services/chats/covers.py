"""Who may be named: in blind mode nobody, until the person has voted."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from string import ascii_uppercase

from services.chats.conversations import Conversation, Lane, Look, Turn
from services.models.parameters import Parameters


def is_covered(conversation: Conversation, turn: Turn) -> bool:
    """Return whether it has to stay hidden who answered the turn, and what that cost and how long it took."""
    return conversation.settings.blind and turn.vote is None


def hides_names(conversation: Conversation) -> bool:
    """Return whether a turn in sight is covered, so that nothing around it may name who was asked."""
    return any(is_covered(conversation, turn) for turn in conversation.path)


def shown_lanes(conversation: Conversation, turn: Turn) -> list[Lane]:
    """Return the lanes that answered the turn, in the order and as they may be shown.

    Lanes that are covered are copies called Answer A, B, … without a model, in an order that is the turn's own.
    """
    lanes = [lane for lane in conversation.voices if turn.replies.get(lane.uid)]
    if not is_covered(conversation, turn):
        return lanes
    lanes.sort(key=lambda lane: sha256(f"{turn.uid} {lane.uid}".encode()).digest())
    return [
        replace(lane, name=f"Answer {letter(at)}", model="", parameters=Parameters(), persona="", look=Look())
        for at, lane in enumerate(lanes)
    ]


def letter(at: int) -> str:
    """Return what the answer at this place is called while it is covered, counted from 0."""
    return ascii_uppercase[at] if at < len(ascii_uppercase) else str(at + 1)
