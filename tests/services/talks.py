"""Conversations to store, and ways to compare them."""

from __future__ import annotations

from services.chats.archive import Archive
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.replies import ModelReply
from services.people.person import Person
from services.storage.rows import REPLY, TURN


def talk(*models: str, title: str = "Snow") -> Conversation:
    return Conversation(title=title, lanes=[Lane(model=model, name=model.title()) for model in models])


def ask(conversation: Conversation, prompt: str) -> Turn:
    turn = Turn(prompt=prompt, parent=conversation.head)
    for lane in conversation.active_lanes:
        turn.replies[lane.uid] = [ModelReply(lane_uid=lane.uid, model=lane.model)]
    conversation.turns.append(turn)
    conversation.head = turn.uid
    return turn


async def stored(store: Archive, me: Person, *models: str, prompts: tuple[str, ...] = ()) -> Conversation:
    conversation = talk(*models)
    await store.begin(me, conversation)
    for prompt in prompts:
        await store.add_turn(me, conversation.uid, ask(conversation, prompt))
    return conversation


def contents(conversation: Conversation) -> tuple[object, ...]:
    turns = [tuple(getattr(turn, name) for name in TURN) for turn in conversation.turns]
    replies = [(turn.uid, uid, reply_contents(reply)) for turn, uid, reply in versions(conversation)]
    names = ("uid", "title", "draft", "head", "lanes")
    return *(getattr(conversation, name) for name in names), turns, replies


def versions(conversation: Conversation) -> list[tuple[Turn, str, ModelReply]]:
    return [
        (turn, uid, reply) for turn in conversation.turns for uid, replies in turn.replies.items() for reply in replies
    ]


def reply_contents(reply: ModelReply) -> tuple[object, ...]:
    return tuple(getattr(reply, name) for name in REPLY)
