"""What blind mode hides, and when."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from services.chats.ballots import Verdict
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.covers import is_covered, shown_lanes
from services.chats.exporting import as_json, as_markdown
from services.chats.replies import ModelReply, Purpose
from services.chats.synthesis import legend
from tests.fakes import says
from tests.services.office import Office, an_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    async with an_office(tmp_path) as office:
        yield office


async def blind_turn(office: Office) -> tuple[Conversation, Turn]:
    chat = await office.chat(scarlet=says("It is red."), navy=says("It is blue."))
    await office.chats.change_settings(office.who, chat.uid, replace(chat.settings, blind=True))
    return chat, await office.ask(chat, "Which colour?")


async def test_answers_have_letters_in_place_of_names_until_the_vote(office: Office) -> None:
    chat, turn = await blind_turn(office)
    shown = shown_lanes(chat, turn)
    assert [lane.name for lane in shown] == ["Answer A", "Answer B"]
    assert {lane.uid for lane in shown} == {lane.uid for lane in chat.lanes}
    assert not any(lane.model for lane in shown)
    await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.TIE)
    assert shown_lanes(chat, turn) == chat.lanes


async def test_a_vote_and_with_it_the_names_are_there_after_a_restart(office: Office) -> None:
    chat, turn = await blind_turn(office)
    await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.BETTER, chat.lanes[0].uid, tag="Colour")
    stored = await office.stored(chat)
    assert stored.turns[0].vote == turn.vote
    assert not is_covered(stored, stored.turns[0])


def test_the_order_is_the_turns_own_and_stays() -> None:
    chat = Conversation(lanes=[Lane(model=f"fake/{name}", name=name) for name in "abcdef"])
    chat.settings = replace(chat.settings, blind=True)
    orders = set()
    for _ in range(20):
        turn = Turn(prompt="Hm?")
        turn.replies = {lane.uid: [ModelReply(lane_uid=lane.uid, model=lane.model)] for lane in chat.lanes}
        order = [lane.uid for lane in shown_lanes(chat, turn)]
        assert order == [lane.uid for lane in shown_lanes(chat, turn)]
        orders.add(tuple(order))
    assert len(orders) > 10


async def test_exports_hide_who_said_what_while_the_turn_is_covered(office: Office) -> None:
    chat, turn = await blind_turn(office)
    markdown = as_markdown(chat)
    assert "### Answer A\n" in markdown
    assert not any(word in markdown for word in ("scarlet", "navy", "fake/"))
    [told] = json.loads(as_json(chat))["turns"]
    assert {tuple(answer) for answer in told["answers"]} == {("lane", "state", "text")}
    assert {answer["lane"] for answer in told["answers"]} == {"Answer A", "Answer B"}
    await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.BAD)
    assert "### scarlet (fake/scarlet)" in as_markdown(chat)
    assert json.loads(as_json(chat))["turns"][0]["answers"][0]["model"] == "fake/scarlet"


async def test_a_judges_letters_do_not_give_away_who_answered(office: Office) -> None:
    chat, turn = await blind_turn(office)
    office.speaker.scripts["fake/judge"] = says("A is better.")
    reply = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.COMPARE, "fake/judge")
    await office.settle()
    assert {lane.name for _, lane in legend(chat, turn, reply)} == {"Answer A", "Answer B"}
    markdown = as_markdown(chat)
    assert "### Synthesis: Compare by judge (fake/judge)\n\nA is better." in markdown


async def test_a_fork_has_no_vote_yet(office: Office) -> None:
    chat, turn = await blind_turn(office)
    await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.TIE)
    fork = await office.forking.fork(office.who, chat.uid, turn.replies[chat.lanes[0].uid][0].uid)
    assert [each.vote for each in fork.turns] == [None]
