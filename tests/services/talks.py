"""Conversations to store, and ways to compare them."""

from __future__ import annotations

from services.archive import Archive
from services.conversations import Conversation, Lane, Turn
from services.people import Person
from services.replies import ModelReply
from services.rows import REPLY


def talk(*models: str, title: str = "Snow") -> Conversation:
    return Conversation(title=title, lanes=[Lane(model=model, name=model.title()) for model in models])


def ask(conversation: Conversation, prompt: str) -> Turn:
    turn = Turn(prompt=prompt)
    for lane in conversation.active_lanes:
        turn.replies[lane.uid] = [ModelReply(lane_uid=lane.uid, model=lane.model)]
    conversation.turns.append(turn)
    return turn


async def stored(store: Archive, me: Person, *models: str, prompts: tuple[str, ...] = ()) -> Conversation:
    conversation = talk(*models)
    await store.begin(me, conversation)
    for prompt in prompts:
        await store.add_turn(me, conversation.uid, ask(conversation, prompt))
    return conversation


def contents(conversation: Conversation) -> tuple[object, ...]:
    turns = [(turn.uid, turn.prompt, turn.context_mode, turn.created_at) for turn in conversation.turns]
    replies = [(turn.uid, uid, reply_contents(reply)) for turn, uid, reply in versions(conversation)]
    return conversation.uid, conversation.title, conversation.draft, conversation.lanes, turns, replies


def versions(conversation: Conversation) -> list[tuple[Turn, str, ModelReply]]:
    return [
        (turn, uid, reply) for turn in conversation.turns for uid, replies in turn.replies.items() for reply in replies
    ]


def reply_contents(reply: ModelReply) -> tuple[object, ...]:
    return tuple(getattr(reply, name) for name in REPLY)
