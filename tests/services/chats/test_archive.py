from __future__ import annotations

import asyncio

import pytest

from omnichat.deltas import FinishReason
from services.chats.archive import Archive
from services.chats.conversations import Lane, NotThereError
from services.chats.replies import ModelReply, ReplyState, new_uid
from services.models.parameters import Parameters
from services.people.person import Person
from services.records.reply import ReplyVersionRecord
from tests.services.talks import ask, contents, reply_contents, stored, talk, versions

HOSTILE = "nul \0 gone, \ud83d\ude00 joined, \ud800 replaced, 雪 ﷽ \U0001f468\u200d\U0001f469 \u202e kept"
HARMLESS = "nul  gone, 😀 joined, � replaced, 雪 ﷽ \U0001f468\u200d\U0001f469 \u202e kept"


async def test_a_conversation_comes_back_as_it_was_stored(store: Archive, me: Person) -> None:
    conversation = talk("groq/a", "openai/b", "groq/a")
    conversation.lanes[1].parameters = Parameters(temperature=0.3, system_prompt="Be brief.")
    conversation.draft = "next"
    await store.begin(me, conversation)
    for prompt in ("Why?", "And then?"):
        await store.add_turn(me, conversation.uid, ask(conversation, prompt))
    assert contents(await store.open(me, conversation.uid)) == contents(conversation)


async def test_a_reply_comes_back_with_everything_it_held(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a", prompts=("Why?",))
    [(_, _, reply)] = versions(conversation)
    reply.state, reply.finish, reply.text, reply.thinking = ReplyState.FAILED, FinishReason.LENGTH, "Snow", "Hm"
    reply.input_tokens, reply.output_tokens, reply.cached_tokens, reply.thinking_tokens = 4, 3, 2, 1
    reply.first_token, reply.duration, reply.retry_after, reply.pieces = 0.25, 1.5, 30.0, 7
    reply.failure, reply.error = "RateLimitError", "groq: slow down"
    await store.keep([reply])
    [(_, _, again)] = versions(await store.open(me, conversation.uid))
    assert reply_contents(again) == reply_contents(reply)


async def test_many_replies_are_kept_together_and_the_others_left_alone(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a", "groq/b", prompts=tuple(map(str, range(40))))
    replies = [reply for _, _, reply in versions(conversation)]
    for number, reply in enumerate(replies):
        reply.text = str(number)
    await store.keep(replies[:60])
    texts = [reply.text for _, _, reply in versions(await store.open(me, conversation.uid))]
    assert texts == [*map(str, range(60)), *[""] * 20]


async def test_keeping_nothing_or_a_reply_never_stored_does_nothing(store: Archive, me: Person) -> None:
    await store.keep([])
    await store.keep([ModelReply(lane_uid=new_uid(), model="groq/a")])
    assert await store.headings(me) == []


async def test_a_reply_of_absurd_figures_does_not_stop_the_others(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a", "groq/b", prompts=("Why?",))
    absurd, sane = (reply for _, _, reply in versions(conversation))
    absurd.output_tokens, absurd.input_tokens, absurd.first_token = 10**40, -5, float("inf")
    sane.text = "Snow"
    await store.keep([absurd, sane])
    (_, _, absurd), (_, _, sane) = versions(await store.open(me, conversation.uid))
    assert (absurd.input_tokens, absurd.output_tokens, sane.text) == (0, 2**63 - 1, "Snow")


async def test_any_text_is_stored_without_what_no_engine_takes(store: Archive, me: Person) -> None:
    conversation = talk("local/" + HOSTILE, title=HOSTILE)
    conversation.lanes[0].name = HOSTILE
    conversation.lanes[0].parameters = Parameters(system_prompt=HOSTILE)
    await store.begin(me, conversation)
    turn = ask(conversation, HOSTILE)
    await store.add_turn(me, conversation.uid, turn)
    [(_, _, reply)] = versions(conversation)
    reply.text = reply.thinking = reply.error = HOSTILE
    await store.keep([reply])
    await store.save_draft(me, conversation.uid, HOSTILE)
    again = await store.open(me, conversation.uid)
    [lane], [(turn, _, reply)] = again.lanes, versions(again)
    assert {again.title, again.draft, lane.name, lane.parameters.system_prompt, turn.prompt} == {HARMLESS}
    assert {reply.text, reply.thinking, reply.error} == {HARMLESS}
    assert {lane.model, reply.model} == {"local/" + HARMLESS}


async def test_a_prompt_and_an_answer_of_a_megabyte_come_back_whole(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a", prompts=("雪" * 1_000_000,))
    [(_, _, reply)] = versions(conversation)
    reply.text = "x" * 1_000_000
    await store.keep([reply])
    [(turn, _, again)] = versions(await store.open(me, conversation.uid))
    assert (turn.prompt, again.text) == ("雪" * 1_000_000, reply.text)


async def test_another_version_comes_after_the_ones_before(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a", "groq/b", prompts=("Why?",))
    [turn], [_, lane] = conversation.turns, conversation.lanes
    again = [ModelReply(lane_uid=lane.uid, model="openai/c") for _ in range(2)]
    for reply in again:
        await store.add_version(me, turn.uid, lane.uid, reply)
    [turn] = (await store.open(me, conversation.uid)).turns
    assert [reply.uid for reply in turn.replies[lane.uid]][1:] == [reply.uid for reply in again]


async def test_versions_asked_for_at_once_are_all_stored(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a", prompts=("Why?",))
    [turn], [lane] = conversation.turns, conversation.lanes
    again = [ModelReply(lane_uid=lane.uid, model="groq/a") for _ in range(8)]
    await asyncio.gather(*(store.add_version(me, turn.uid, lane.uid, reply) for reply in again))
    assert len(versions(await store.open(me, conversation.uid))) == 9


async def test_a_lane_that_came_later_can_answer_an_earlier_prompt(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a", prompts=("Why?",))
    lane = Lane(model="openai/b", name="B")
    await store.add_lane(me, conversation.uid, lane)
    await store.add_version(me, conversation.turns[0].uid, lane.uid, ModelReply(lane_uid=lane.uid, model=lane.model))
    again = await store.open(me, conversation.uid)
    assert [each.model for each in again.lanes] == ["groq/a", "openai/b"]
    assert set(again.turns[0].replies) == {each.uid for each in again.lanes}


async def test_a_changed_lane_and_a_removed_one_stay_where_they_were(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a", "groq/b", "groq/c")
    first, second, _ = conversation.lanes
    first.name, first.model = "Terse", "openai/x"
    first.parameters = Parameters(temperature=0.0, system_prompt="One word.")
    second.removed = True
    await store.change_lane(me, conversation.uid, first)
    await store.change_lane(me, conversation.uid, second)
    assert (await store.open(me, conversation.uid)).lanes == conversation.lanes


async def test_the_list_is_newest_first_with_the_models_of_lanes_that_are_left(store: Archive, me: Person) -> None:
    old = await stored(store, me, "groq/a", "groq/b", "groq/a")
    new = await stored(store, me, "openai/c")
    old.lanes[1].removed = True
    await store.change_lane(me, old.uid, old.lanes[1])
    assert [(each.uid, each.models) for each in await store.headings(me)] == [
        (new.uid, ("openai/c",)),
        (old.uid, ("groq/a",)),
    ]


async def test_a_prompt_brings_its_conversation_to_the_top_but_a_new_title_does_not(store: Archive, me: Person) -> None:
    first, second, third = [await stored(store, me, "groq/a", prompts=("Why?",)) for _ in range(3)]
    await store.add_turn(me, first.uid, ask(first, "And?"))
    await store.rename(me, third.uid, "Rain")
    await store.save_draft(me, third.uid, "typed")
    reply = ModelReply(lane_uid=second.lanes[0].uid, model="groq/a")
    await store.add_version(me, second.turns[0].uid, second.lanes[0].uid, reply)
    headings = await store.headings(me)
    assert [each.uid for each in headings] == [second.uid, first.uid, third.uid]
    assert headings[-1].title == "Rain"


async def test_a_conversation_without_a_title_is_the_blank_one_and_not_in_the_list(store: Archive, me: Person) -> None:
    assert await store.blank(me) is None
    blank = talk("groq/a", title="")
    await store.begin(me, blank)
    assert await store.blank(me) == blank.uid
    assert await store.headings(me) == []
    await store.rename(me, blank.uid, "Snow")
    assert await store.blank(me) is None
    assert [each.uid for each in await store.headings(me)] == [blank.uid]


async def test_a_long_list_is_read_page_by_page(store: Archive, me: Person) -> None:
    moment = talk().updated_at
    everything = [talk("groq/a") for _ in range(5)]
    for conversation in everything:
        conversation.updated_at = moment  # a page must not end between two of the same moment
        await store.begin(me, conversation)
    first = await store.headings(me, limit=2)
    second = await store.headings(me, limit=2, before=first[-1])
    third = await store.headings(me, limit=2, before=second[-1])
    assert [each.uid for each in first + second + third] == [each.uid for each in reversed(everything)]


async def test_an_answer_still_streaming_is_kept_though_its_conversation_was_deleted(
    store: Archive, me: Person
) -> None:
    conversation = await stored(store, me, "groq/a", prompts=("Why?",))
    [(_, _, reply)] = versions(conversation)
    await store.delete(me, conversation.uid)
    reply.text = "Snow"
    await store.keep([reply])
    await store.restore(me, conversation.uid)
    assert versions(await store.open(me, conversation.uid))[0][2].text == "Snow"


async def test_what_was_under_way_when_the_process_died_is_called_interrupted(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, *(f"groq/{state}" for state in ReplyState), prompts=("Why?",))
    replies = [reply for _, _, reply in versions(conversation)]
    for reply, state in zip(replies, ReplyState, strict=True):
        reply.state, reply.text = state, "so far"
    await store.keep(replies)
    assert await store.interrupt_unfinished() == 2
    again = [reply for _, _, reply in versions(await store.open(me, conversation.uid))]
    assert [reply.state for reply in again[:2]] == [ReplyState.INTERRUPTED] * 2
    assert [reply.state for reply in again[2:]] == list(ReplyState)[2:]
    assert {reply.text for reply in again} == {"so far"}
    assert await store.interrupt_unfinished() == 0


async def test_a_turn_that_cannot_be_stored_whole_is_not_stored_at_all(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a")
    turn = ask(conversation, "Why?")
    turn.replies[new_uid()] = [ModelReply(lane_uid="x", model="groq/a")]
    with pytest.raises(NotThereError):
        await store.add_turn(me, conversation.uid, turn)
    assert (await store.open(me, conversation.uid)).turns == []
    assert await ReplyVersionRecord.all().count() == 0


async def test_a_caller_who_goes_away_at_any_moment_leaves_the_store_usable(store: Archive, me: Person) -> None:
    conversation = await stored(store, me, "groq/a")
    for steps in range(12):
        turn = ask(conversation, str(steps))
        task = asyncio.create_task(store.add_turn(me, conversation.uid, turn))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    again = await store.open(me, conversation.uid)
    assert [turn.prompt for turn in again.turns] == [str(steps) for steps in range(1, 12)]
    assert all(len(turn.replies) == 1 for turn in again.turns)
