"""How fast models were here."""

from __future__ import annotations

from services.chats.archive import Archive
from services.chats.conversations import Turn
from services.chats.replies import ModelReply, ReplyState
from services.models.speeds import NEWEST, Speed, Speeds
from services.people.person import Person
from tests.services.talks import stored

SPEEDS = Speeds()


async def answers(store: Archive, who: Person, *replies: tuple[float | None, float, int], **more: object) -> None:
    """Store one answer of ``fake/model`` a triple: seconds to the first token, seconds in all, tokens."""
    conversation = await stored(store, who, "fake/model")
    lane = conversation.lanes[0]
    versions = []
    for first, duration, count in replies:
        reply = ModelReply(lane_uid=lane.uid, model=lane.model, state=ReplyState.DONE, output_tokens=count)
        reply.first_token, reply.duration = first, duration
        for name, value in more.items():
            setattr(reply, name, value)
        versions.append(reply)
    await store.add_turn(who, conversation.uid, Turn(prompt="Hi", replies={lane.uid: versions}))


async def test_medians_of_wait_and_speed_are_told(store: Archive, me: Person) -> None:
    await answers(store, me, (0.2, 1.2, 100), (0.4, 2.4, 100), (9.0, 10.0, 60))
    assert await SPEEDS.of(me, "fake/model") == Speed(answers=3, first_token=0.4, tokens=60)


async def test_a_model_that_never_answered_has_no_speed(store: Archive, me: Person) -> None:
    await answers(store, me, (0.2, 1.2, 100), state=ReplyState.FAILED)
    assert await SPEEDS.of(me, "fake/model") == Speed()


async def test_pieces_count_where_nobody_counted_tokens_and_what_came_at_once_has_no_speed(
    store: Archive, me: Person
) -> None:
    await answers(store, me, (0.5, 1.5, 0), pieces=30)
    await answers(store, me, (0.5, 0.51, 500))
    assert await SPEEDS.of(me, "fake/model") == Speed(answers=2, first_token=0.5, tokens=30)


async def test_only_the_newest_count(store: Archive, me: Person) -> None:
    await answers(store, me, *[(5.0, 6.0, 1)] * 10, *[(1.0, 2.0, 10)] * NEWEST)
    assert await SPEEDS.of(me, "fake/model") == Speed(answers=NEWEST, first_token=1.0, tokens=10)


async def test_nobody_sees_how_fast_others_were_answered(store: Archive, me: Person, stranger: Person) -> None:
    await answers(store, me, (0.2, 1.2, 100))
    assert await SPEEDS.of(stranger, "fake/model") == Speed()
