from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from omnichat.deltas import TextDelta
from services.chats.answering import GO_ON, request_for
from services.chats.contexts import ContextMode
from services.chats.conversations import NotThereError
from services.chats.replies import Rating
from services.chats.verdicts import NotReadyError
from tests.fakes import says
from tests.services.office import Office, an_office, answer


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    async with an_office(tmp_path) as office:
        yield office


def heard(office: Office, name: str) -> list[str]:
    """What the model was sent last, as ``role: words``."""
    return [f"{message.role}: {message.text}" for message in office.speaker.requests_to(name)[-1].messages]


async def test_all_lanes_go_on_from_the_adopted_answer(office: Office) -> None:
    chat = await office.chat(one=says("I am one"), two=says("I am two"))
    first = await office.ask(chat, "Who?")
    await office.adopt(chat, first, "two")
    await office.ask(chat, "Really?", ContextMode.ADOPTED)
    for name in ("one", "two"):
        assert heard(office, name) == ["user: Who?", "assistant: I am two", "user: Really?"]


async def test_an_adopted_answer_brings_along_all_that_it_had_seen(office: Office) -> None:
    chat = await office.chat(one=says("1"), two=says("2"))
    await office.ask(chat, "First")
    second = await office.ask(chat, "Second")
    await office.adopt(chat, second, "two")
    await office.ask(chat, "Third", ContextMode.ADOPTED)
    assert heard(office, "one") == [
        "user: First",
        "assistant: 2",
        "user: Second",
        "assistant: 2",
        "user: Third",
    ]


async def test_without_anything_adopted_each_lane_goes_on_from_its_own(office: Office) -> None:
    chat = await office.chat(one=says("1"), two=says("2"))
    await office.ask(chat, "First")
    await office.ask(chat, "Second", ContextMode.ADOPTED)
    assert heard(office, "one") == ["user: First", "assistant: 1", "user: Second"]


async def test_what_came_after_the_adopted_answer_is_each_lanes_own(office: Office) -> None:
    chat = await office.chat(one=says("1"), two=says("2"))
    first = await office.ask(chat, "First")
    await office.adopt(chat, first, "two")
    await office.ask(chat, "Second", ContextMode.ADOPTED)
    await office.ask(chat, "Third", ContextMode.ADOPTED)
    assert heard(office, "one") == ["user: First", "assistant: 2", "user: Second", "assistant: 1", "user: Third"]


async def test_all_quoted_shows_every_lane_what_the_others_said(office: Office) -> None:
    chat = await office.chat(one=says("red"), two=says("blue"))
    await office.ask(chat, "Colour?")
    await office.ask(chat, "Agree?", ContextMode.QUOTED)
    assert heard(office, "one") == ["user: Colour?", "assistant: red", "user: two answered:\nblue\n\nAgree?"]
    assert heard(office, "two") == ["user: Colour?", "assistant: blue", "user: one answered:\nred\n\nAgree?"]


async def test_quoting_waits_for_everybody_and_own_only_for_itself(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(quick=says("q"), slow=[TextDelta("s"), gate])
    await office.asking.ask(office.who, chat.uid, "First")
    await office.look_at(chat, ContextMode.QUOTED)
    second = await office.asking.ask(office.who, chat.uid, "Second")
    quick = answer(chat, second, "quick")
    assert chat.busy_before(second, chat.lane(quick.lane_uid)) == 1
    await office.finish(gate)
    assert heard(office, "quick")[-1] == "user: slow answered:\ns\n\nSecond"


async def test_a_request_can_be_built_again_from_the_disk_byte_for_byte(office: Office) -> None:
    chat = await office.chat(one=says("1"), two=says("2"))
    modes = list(ContextMode)
    for number in range(8):
        turn = await office.ask(chat, f"Prompt {number}", modes[number % 4])
        if number % 3 == 0:
            await office.adopt(chat, turn, "two")
    renamed = await office.stored(chat)
    for lane in renamed.lanes:
        lane.name = "Another"
    for turn in renamed.turns:
        turn.adopted = ""
    again = [
        request_for(renamed, turn, reply)
        for turn in renamed.turns
        for versions in turn.replies.values()
        for reply in versions
    ]
    assert sorted(map(repr, again)) == sorted(map(repr, office.speaker.heard))


async def test_an_earlier_version_that_is_chosen_is_what_the_lane_remembers(office: Office) -> None:
    chat = await office.chat(one=says("old"))
    turn = await office.ask(chat, "First")
    office.speaker.scripts["fake/one"] = says("new")
    lane = chat.lanes[0].uid
    await office.asking.again(office.who, chat.uid, turn.uid, lane)
    await office.settle()
    await office.ask(chat, "Second")
    assert heard(office, "one")[1] == "assistant: new"
    await office.verdicts.choose(office.who, chat.uid, turn.uid, turn.replies[lane][0].uid)
    await office.ask(chat, "Third")
    assert heard(office, "one")[1] == "assistant: old"
    assert (await office.stored(chat)).turns[0].chosen == {lane: turn.replies[lane][0].uid}


async def test_a_prompt_worded_anew_stands_beside_the_old_one_and_both_can_be_walked(office: Office) -> None:
    chat = await office.chat(one=says("yes"))
    await office.ask(chat, "First")
    old = await office.ask(chat, "Second")
    after_old = await office.ask(chat, "Third")
    new = await office.asking.ask(office.who, chat.uid, "Second, better", instead_of=old.uid)
    await office.settle()
    assert [turn.prompt for turn in chat.path] == ["First", "Second, better"]
    assert [turn.uid for turn in chat.siblings(new)] == [old.uid, new.uid]
    assert heard(office, "one") == ["user: First", "assistant: yes", "user: Second, better"]
    await office.verdicts.walk(office.who, chat.uid, old.uid)
    assert [turn.prompt for turn in chat.path] == ["First", "Second", "Third"]
    stored = await office.stored(chat)
    assert stored.head == after_old.uid
    assert len(stored.turns) == 4


async def test_only_a_finished_answer_can_be_adopted_and_adopting_can_be_undone(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(slow=[TextDelta("s"), gate])
    turn = await office.asking.ask(office.who, chat.uid, "First")
    with pytest.raises(NotReadyError):
        await office.adopt(chat, turn, "slow")
    await office.finish(gate)
    await office.adopt(chat, turn, "slow")
    assert (await office.stored(chat)).turns[0].adopted == answer(chat, turn, "slow").uid
    await office.verdicts.adopt(office.who, chat.uid, turn.uid, "")
    assert (await office.stored(chat)).turns[0].adopted == ""
    with pytest.raises(NotThereError):
        await office.verdicts.adopt(office.who, chat.uid, turn.uid, "somebody-elses")


async def test_a_thumb_and_the_word_why_are_kept_until_taken_back(office: Office) -> None:
    chat = await office.chat(one=says("yes"))
    turn = await office.ask(chat, "First")
    reply = answer(chat, turn, "one")
    await office.verdicts.rate(office.who, chat.uid, turn.uid, reply.uid, Rating.DOWN, " too short ")
    kept = answer(await office.stored(chat), turn, "one")
    assert (kept.rating, kept.remark) == (Rating.DOWN, "too short")
    await office.verdicts.rate(office.who, chat.uid, turn.uid, reply.uid, Rating.NONE)
    kept = answer(await office.stored(chat), turn, "one")
    assert (kept.rating, kept.remark) == (Rating.NONE, "")


async def test_a_fork_holds_all_that_led_to_the_answer_and_goes_its_own_way(office: Office) -> None:
    chat = await office.chat(one=says("1"), two=says("2"))
    await office.ask(chat, "First")
    second = await office.ask(chat, "Second", ContextMode.QUOTED)
    await office.ask(chat, "Third")
    fork = await office.forking.fork(office.who, chat.uid, answer(chat, second, "two").uid)
    assert [turn.prompt for turn in fork.path] == ["First", "Second"]
    assert fork.path[-1].adopted == answer(fork, fork.path[-1], "two").uid
    before = set(chat.every_reply()) | {turn.uid for turn in chat.turns} | {lane.uid for lane in chat.lanes}
    after = set(fork.every_reply()) | {turn.uid for turn in fork.turns} | {lane.uid for lane in fork.lanes}
    assert not before & after
    await office.ask(fork, "Elsewhere", ContextMode.ADOPTED)
    assert heard(office, "one") == [
        "user: First",
        "assistant: 2",
        "user: one answered:\n1\n\nSecond",
        "assistant: 2",
        "user: Elsewhere",
    ]
    assert [turn.prompt for turn in (await office.stored(chat)).turns] == ["First", "Second", "Third"]


async def test_going_on_with_an_answer_that_others_saw_leaves_what_they_saw(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(one=[TextDelta("half"), gate])
    first = await office.asking.ask(office.who, chat.uid, "First")
    stream = office.asking.stream(answer(chat, first, "one"))
    assert stream
    async for so_far in stream.watch(every=0):
        if so_far.text:
            break
    await office.asking.stop(office.who, chat.uid, first.uid)
    await office.settle()
    office.speaker.scripts["fake/one"] = says(" and whole")
    await office.ask(chat, "Second")
    lane = chat.lanes[0].uid
    await office.asking.go_on(office.who, chat.uid, first.uid, lane)
    await office.settle()
    assert [reply.text for reply in first.replies[lane]] == ["half", "half and whole"]
    assert heard(office, "one")[-2:] == ["assistant: half", f"user: {GO_ON}"]
