from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.chats.archive import Archive
from services.chats.conversations import Conversation, Lane, NotThereError, Turn
from services.chats.replies import ModelReply
from services.people.person import Person
from tests.services.talks import contents, stored, talk


async def test_a_deleted_conversation_is_gone_until_it_is_restored(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a", prompts=("Why?",))
    await store.delete(me, conversation.uid)
    assert await store.headings(me) == []
    for attempt in attempts(store, me, conversation, restoring=False):
        with pytest.raises(NotThereError):
            await attempt()
    await store.restore(me, conversation.uid)
    assert contents(await store.open(me, conversation.uid)) == contents(conversation)


async def test_nothing_of_another_person_can_be_seen_or_changed(store: Archive, me: Person, stranger: Person) -> None:
    conversation = await stored(store, me, "groq/a", prompts=("Why?",))
    for attempt in attempts(store, stranger, conversation, restoring=True):
        with pytest.raises(NotThereError):
            await attempt()
    await store.delete(me, conversation.uid)
    with pytest.raises(NotThereError):
        await store.restore(stranger, conversation.uid)
    await store.restore(me, conversation.uid)
    assert await store.headings(stranger) == []
    await store.begin(me, talk("groq/a", title=""))
    assert await store.blank(stranger) is None
    assert contents(await store.open(me, conversation.uid)) == contents(conversation)


async def test_lanes_and_turns_of_another_conversation_are_refused_too(
    store: Archive, me: Person, stranger: Person
) -> None:
    theirs = await stored(store, stranger, "groq/a", prompts=("Why?",))
    mine = await stored(store, me, "groq/a", prompts=("Why?",))
    foreign = [*theirs.lanes, *(await stored(store, me, "groq/a")).lanes]
    for lane in foreign:
        reply = ModelReply(lane_uid=lane.uid, model="groq/a")
        with pytest.raises(NotThereError):
            await store.change_lane(me, mine.uid, lane)
        with pytest.raises(NotThereError):
            await store.add_version(me, mine.turns[0].uid, lane.uid, reply)
        with pytest.raises(NotThereError):
            await store.add_turn(me, mine.uid, Turn(prompt="Why?", replies={lane.uid: [reply]}))
    with pytest.raises(NotThereError):
        await store.add_version(me, theirs.turns[0].uid, mine.lanes[0].uid, reply)
    assert contents(await store.open(me, mine.uid)) == contents(mine)


@pytest.mark.parametrize("uid", ["", "no such", "\0", "\ud800", "x" * 10_000])
async def test_an_id_that_means_nothing_is_not_there(store: Archive, me: Person, uid: str) -> None:
    conversation = await stored(store, me, "groq/a", prompts=("Why?",))
    with pytest.raises(NotThereError):
        await store.open(me, uid)
    with pytest.raises(NotThereError):
        await store.add_version(me, uid, uid, ModelReply(lane_uid=uid, model="groq/a"))
    with pytest.raises(NotThereError):
        await store.change_lane(me, conversation.uid, Lane(uid=uid, model="groq/a", name="A"))


async def test_the_one_person_of_this_computer_is_always_the_same(store: Archive) -> None:
    everybody = await asyncio.gather(*(store.local_person() for _ in range(5)))
    assert len(set(everybody)) == 1


def attempts(
    store: Archive, who: Person, conversation: Conversation, *, restoring: bool
) -> list[Callable[[], Awaitable[object]]]:
    """Everything that can be done to a conversation by somebody who may not."""
    uid, [lane], turn = conversation.uid, conversation.lanes, conversation.turns[0]
    reply = ModelReply(lane_uid=lane.uid, model=lane.model)
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: store.open(who, uid),
        lambda: store.rename(who, uid, "mine"),
        lambda: store.delete(who, uid),
        lambda: store.save_draft(who, uid, "mine"),
        lambda: store.add_lane(who, uid, Lane(model="groq/x", name="X")),
        lambda: store.change_lane(who, uid, lane),
        lambda: store.add_turn(who, uid, Turn(prompt="mine", replies={lane.uid: [reply]})),
        lambda: store.add_version(who, turn.uid, lane.uid, reply),
    ]
    return [*attempts, lambda: store.restore(who, uid)] if restoring else attempts
