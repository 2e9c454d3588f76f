from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from omnichat.deltas import TextDelta, UsageDelta
from omnichat.errors import ServerError
from omnichat.prices import Prices
from services.chats.contexts import ContextMode
from services.chats.conversations import LaneKind, NotThereError
from services.chats.replies import ModelReply, Purpose
from services.chats.synthesis import NotEnoughError, Point, left_out, legend, points_in, syntheses
from tests.fakes import says
from tests.services.office import Office, an_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    async with an_office(tmp_path) as office:
        office.speaker.scripts["fake/judge"] = says("Purple.")
        yield office


def sent(office: Office, name: str) -> list[str]:
    return [f"{message.role}: {message.text}" for message in office.speaker.requests_to(name)[-1].messages]


async def test_a_judge_sees_the_answers_without_names_and_those_that_failed_not_at_all(office: Office) -> None:
    chat = await office.chat(
        red=says("It is red."), blue=says("It is blue."), broken=[ServerError("oh", provider="fake")]
    )
    turn = await office.ask(chat, "Which colour?")
    await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/judge")
    await office.settle()
    [words] = sent(office, "judge")
    assert words.startswith("user: Which colour?")
    assert "Answer A answered:" in words
    assert {"It is red." in words, "It is blue." in words} == {True}
    assert not any(name in words for name in ("broken", "Answer C", "fake"))


async def test_the_order_is_not_always_the_same(office: Office) -> None:
    chat = await office.chat(red=says("red"), blue=says("blue"))
    turn = await office.ask(chat, "Which?")
    orders = set()
    for _ in range(20):
        reply = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/judge")
        await office.settle()
        orders.add(reply.context[-1].answers)
    assert len(orders) == 2


async def test_several_are_kept_and_each_can_be_adopted_or_merged_into_the_next_turn(office: Office) -> None:
    chat = await office.chat(red=says("red"), blue=says("blue"))
    turn = await office.ask(chat, "Which?")
    office.speaker.scripts["fake/other"] = says("Green.")
    first = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/judge")
    await office.settle()
    await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.CUSTOM, "fake/other", words="Mix them.")
    await office.settle()
    stored = await office.stored(chat)
    assert {lane.name for lane in stored.lanes if lane.kind is LaneKind.JUDGE} == {"judge", "other"}
    assert [lane.name for lane in stored.active_lanes] == ["red", "blue"]

    await office.ask(chat, "Sure?", ContextMode.MERGED)
    assert sent(office, "red") == ["user: Which?", "assistant: Green.", "user: Sure?"]
    await office.verdicts.adopt(office.who, chat.uid, turn.uid, first.uid)
    await office.ask(chat, "Really?", ContextMode.ADOPTED)
    assert sent(office, "blue")[:2] == ["user: Which?", "assistant: Purple."]


async def test_a_comparison_is_no_answer_to_go_on_from(office: Office) -> None:
    chat = await office.chat(red=says("red"), blue=says("blue"))
    turn = await office.ask(chat, "Which?")
    await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.COMPARE, "fake/judge")
    await office.settle()
    await office.ask(chat, "Sure?", ContextMode.MERGED)
    assert sent(office, "red") == ["user: Which?", "assistant: red", "user: Sure?"]


async def test_one_answer_is_not_enough(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(red=says("red"), slow=[TextDelta("sl"), gate])
    turn = await office.asking.ask(office.who, chat.uid, "Which?")
    red = office.asking.stream(turn.replies[chat.lanes[0].uid][0])
    assert red
    await red.over()
    with pytest.raises(NotEnoughError):
        await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/judge")
    await office.finish(gate)


async def test_ticked_points_are_merged_into_one_answer(office: Office) -> None:
    chat = await office.chat(red=says("red"), blue=says("blue"))
    turn = await office.ask(chat, "Which?")
    office.speaker.scripts["fake/judge"] = says("- It is warm (A)\n- It is cold (B)\n\n3. It is a colour (A, B)")
    reply = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.CHECKLIST, "fake/judge")
    await office.settle()
    points = points_in(reply.text)
    assert points == [
        Point("It is warm", ("A",)),
        Point("It is cold", ("B",)),
        Point("It is a colour", ("A", "B")),
    ]
    await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/judge", points=["It is warm"])
    await office.settle()
    assert sent(office, "judge")[-1].endswith("without naming the answers:\n- It is warm")


async def test_ticks_are_kept_with_the_list_that_they_belong_to(office: Office) -> None:
    chat = await office.chat(red=says("red"), blue=says("blue"))
    turn = await office.ask(chat, "Which?")
    first = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.CHECKLIST, "fake/judge")
    await office.settle()
    again = await office.synthesis.again(office.who, chat.uid, turn.uid, first.uid)
    await office.settle()
    tick = office.verdicts.tick
    await asyncio.gather(*(tick(office.who, chat.uid, turn.uid, first.uid, point, on=False) for point in (0, 2, 5)))
    await tick(office.who, chat.uid, turn.uid, first.uid, 2, on=True)
    stored = (await office.stored(chat)).every_reply()
    assert stored[first.uid].unticked == {0, 5}
    assert not stored[again.uid].unticked
    assert first.unticked == {0, 5}


async def test_a_judge_asked_again_judges_the_same_answers(office: Office) -> None:
    chat = await office.chat(red=says("red"), blue=says("blue"))
    turn = await office.ask(chat, "Which?")
    reply = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/judge")
    await office.settle()
    again = await office.asking.again(office.who, chat.uid, turn.uid, reply.lane_uid)
    await office.settle()
    first, second = office.speaker.requests_to("judge")
    assert first == second
    stored = (await office.stored(chat)).every_reply()
    assert _kept(stored[again.uid]) == _kept(stored[reply.uid])


def _kept(reply: ModelReply) -> tuple[object, ...]:
    return reply.purpose, reply.task, reply.context, reply.text


async def test_a_judge_that_failed_is_not_asked_again_with_the_lanes_that_did(office: Office) -> None:
    chat = await office.chat(red=says("red"), blue=says("blue"), bad=[ServerError("oh", provider="fake")])
    turn = await office.ask(chat, "Which?")
    office.speaker.scripts["fake/judge"] = [ServerError("oh", provider="fake")]
    await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/judge")
    await office.settle()
    asked = await office.asking.retry_failed(office.who, chat.uid, turn.uid)
    await office.settle()
    assert [reply.model for reply in asked] == ["fake/bad"]
    assert len(office.speaker.requests_to("judge")) == 1


async def test_what_was_left_out_and_which_letter_was_whose_can_be_told(office: Office) -> None:
    chat = await office.chat(
        red=says("It is red."), blue=says("It is blue."), broken=[ServerError("oh", provider="fake")]
    )
    turn = await office.ask(chat, "Which colour?")
    assert [lane.name for lane in left_out(chat, turn)] == ["broken"]
    reply = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.COMPARE, "fake/judge")
    await office.settle()
    [words] = sent(office, "judge")
    for letter, lane in legend(chat, turn, reply):
        assert f"Answer {letter} answered:\nIt is {lane.name}." in words


async def test_the_same_task_for_the_same_judge_is_one_synthesis_in_versions(office: Office) -> None:
    chat = await office.chat(red=says("red"), blue=says("blue"))
    turn = await office.ask(chat, "Which?")
    first = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/judge")
    await office.settle()
    other = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.COMPARE, "fake/judge")
    await office.settle()
    again = await office.synthesis.again(office.who, chat.uid, turn.uid, first.uid)
    await office.settle()
    assert syntheses(chat, turn) == [[first, again], [other]]
    assert _kept(again) == _kept(first)
    with pytest.raises(NotThereError):
        await office.synthesis.again(office.who, chat.uid, turn.uid, turn.replies[chat.lanes[0].uid][0].uid)


async def test_what_a_judge_may_cost_is_told_before_and_what_it_did_cost_after(office: Office) -> None:
    chat = await office.chat(red=says("r" * 400), blue=says("b" * 400))
    turn = await office.ask(chat, "Which?")
    assert office.synthesis.estimate(chat, turn, Purpose.FUSE, "fake/judge").cost is None
    office.prices["fake/judge"] = Prices(input=0.001, output=0.01)
    told = office.synthesis.estimate(chat, turn, Purpose.FUSE, "fake/judge")
    assert (told.tokens_out, told.tokens_in > 200) == (100, True)
    assert told.cost == pytest.approx(told.tokens_in * 0.001 + 1)
    office.speaker.scripts["fake/judge"] = [TextDelta("Hm."), UsageDelta(input_tokens=100, output_tokens=10)]
    reply = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/judge")
    await office.settle()
    assert office.synthesis.cost(reply) == pytest.approx(0.2)


async def test_a_judge_is_not_asked_when_a_new_chat_begins_and_not_counted_in_the_list(office: Office) -> None:
    chat = await office.chat(red=says("red"), blue=says("blue"))
    turn = await office.ask(chat, "Which?")
    await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/judge")
    await office.settle()
    assert [lane.name for lane in (await office.chats.blank(office.who)).lanes] == ["red", "blue"]
    [heading] = await office.archive.headings(office.who)
    assert heading.models == ("fake/red", "fake/blue")


@pytest.mark.parametrize(
    ("line", "point"),
    [
        ("- 3 workers suffice (B).", Point("3 workers suffice", ("B",))),
        ("* **Bold** words", Point("**Bold** words")),
        ("12. Twelfth (A, C)", Point("Twelfth", ("A", "C"))),
        ("  • Dot (see A)", Point("Dot (see A)")),
    ],
)
def test_points_are_told_from_their_letters(line: str, point: Point) -> None:
    assert points_in(f"Here they are:\n{line}\n**Done**\n-") == [point]
