from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from omnichat.deltas import TextDelta
from omnichat.errors import ServerError
from omnichat.prices import Prices
from services.chats.chat_settings import ChatSettings, Layout, OverCap
from services.chats.contexts import ContextMode
from services.chats.conversations import Conversation, Lane, NotThereError, Turn
from services.chats.estimates import OverCapError
from services.chats.replies import ReplyState
from tests.fakes import says
from tests.services.office import Office, an_office, answer

CHEAP, DEAR = Prices(input=1e-6, output=1e-6), Prices(input=1e-3, output=1e-3)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    async with an_office(tmp_path) as office:
        yield office


async def set_to(office: Office, chat: Conversation, **settings: object) -> None:
    await office.chats.change_settings(office.who, chat.uid, replace(chat.settings, **settings))  # type: ignore[arg-type]


def names(chat: Conversation, turn: Turn) -> set[str]:
    return {chat.lane(uid).name for uid in turn.replies}


async def test_settings_of_a_chat_come_back_from_the_disk(office: Office) -> None:
    chat = await office.chat(one=says("1"))
    settings = ChatSettings(layout=Layout.TABS, mode=ContextMode.QUOTED, blind=True, race=True, cap=0.05)
    settings = settings.with_card("turn", "lane", shut=True).with_turn("turn", opened=True)
    await office.chats.change_settings(office.who, chat.uid, settings)
    assert (await office.stored(chat)).settings == settings


async def test_a_prompt_may_go_to_some_lanes_only(office: Office) -> None:
    chat = await office.chat(one=says("1"), two=says("2"))
    turn = await office.asking.ask(office.who, chat.uid, "You!", only=[chat.lanes[1].uid])
    await office.settle()
    assert names(chat, turn) == {"two"}


async def test_a_lane_added_later_answers_the_thread_so_far_in_its_order(office: Office) -> None:
    chat = await office.chat(early=says("early"))
    await office.ask(chat, "First")
    await office.ask(chat, "Second")
    office.speaker.scripts["fake/late"] = says("late")
    lane = Lane(model="fake/late", name="late")
    await office.chats.add_lane(office.who, chat.uid, lane)
    await office.asking.backfill(office.who, chat.uid, lane.uid)
    await office.settle()
    assert [[m.text for m in request.messages] for request in office.speaker.requests_to("late")] == [
        ["First"],
        ["First", "late", "Second"],
    ]
    stored = await office.stored(chat)
    assert [answer(stored, turn, "late").text for turn in stored.path] == ["late", "late"]


async def test_only_what_failed_is_tried_again(office: Office) -> None:
    chat = await office.chat(good=says("ok"), bad=[ServerError("oh", provider="fake")])
    turn = await office.ask(chat, "Hi")
    office.speaker.scripts["fake/bad"] = says("better")
    assert len(await office.asking.retry_failed(office.who, chat.uid, turn.uid)) == 1
    await office.settle()
    assert [len(versions) for versions in turn.replies.values()] == [1, 2]
    assert answer(chat, turn, "bad").text == "better"


async def test_a_prompt_that_waits_can_be_taken_back_and_one_begun_cannot(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(slow=[TextDelta("s"), gate])
    first = await office.asking.ask(office.who, chat.uid, "First")
    second = await office.asking.ask(office.who, chat.uid, "Secnod")
    with pytest.raises(NotThereError):
        await office.asking.withdraw(office.who, chat.uid, first.uid)
    assert await office.asking.withdraw(office.who, chat.uid, second.uid) == "Secnod"
    await office.finish(gate)
    stored = await office.stored(chat)
    assert [turn.prompt for turn in stored.turns] == ["First"]
    assert stored.head == first.uid
    assert len(office.speaker.heard) == 1


async def test_in_a_race_the_first_full_answer_stops_the_others(office: Office) -> None:
    gate, never = asyncio.Event(), asyncio.Event()
    chat = await office.chat(quick=[gate, *says("done")], slow=[TextDelta("half"), never])
    await set_to(office, chat, race=True)
    turn = await office.asking.ask(office.who, chat.uid, "Go!")
    quick, slow = answer(chat, turn, "quick"), answer(chat, turn, "slow")
    stream = office.asking.stream(slow)
    assert stream
    async for so_far in stream.watch(every=0):
        if so_far.text:
            break
    await office.finish(gate)
    assert (quick.state, quick.text) == (ReplyState.DONE, "done")
    assert (slow.state, slow.text) == (ReplyState.STOPPED, "half")


async def test_in_a_race_a_failure_wins_nothing(office: Office) -> None:
    chat = await office.chat(bad=[ServerError("oh", provider="fake")], good=says("well"))
    await set_to(office, chat, race=True)
    turn = await office.ask(chat, "Go!")
    assert answer(chat, turn, "good").state is ReplyState.DONE


async def test_one_after_the_other_means_that_the_second_waits_in_line(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(one=[TextDelta("1"), gate], two=says("2"))
    await set_to(office, chat, sequential=True)
    turn = await office.asking.ask(office.who, chat.uid, "Hi")
    first = office.asking.stream(answer(chat, turn, "one"))
    assert first
    async for so_far in first.watch(every=0):
        if so_far.text:
            break
    second = answer(chat, turn, "two")
    assert (second.state, second.place) == (ReplyState.WAITING, 1)
    await office.finish(gate)
    assert (second.text, second.place) == ("2", 0)


async def test_a_prompt_over_the_cap_is_refused_and_nothing_is_sent(office: Office) -> None:
    office.prices = {"fake/cheap": CHEAP, "fake/dear": DEAR}
    chat = await office.chat(cheap=says("c"), dear=says("d"))
    await set_to(office, chat, cap=0.05)
    with pytest.raises(OverCapError, match=r"\$0\.6"):
        await office.ask(chat, "Hi")
    assert (chat.turns, office.speaker.heard) == ([], [])
    turn = await office.asking.ask(office.who, chat.uid, "Hi", anyway=True)
    await office.settle()
    assert names(chat, turn) == {"cheap", "dear"}


async def test_or_the_dearest_lane_is_left_out(office: Office) -> None:
    office.prices = {"fake/cheap": CHEAP, "fake/dear": DEAR}
    chat = await office.chat(cheap=says("c"), dear=says("d"), unknown=says("u"))
    await set_to(office, chat, cap=0.05, over_cap=OverCap.DROP)
    turn = await office.ask(chat, "Hi")
    assert names(chat, turn) == {"cheap", "unknown"}


async def test_an_estimate_counts_the_history_and_the_answers_usual_length(office: Office) -> None:
    office.prices = {"fake/cheap": CHEAP}
    chat = await office.chat(cheap=says("word " * 400))
    [before] = office.asking.estimate(chat, "x" * 400)
    assert (before.tokens_in, before.tokens_out) == (100, 600)
    await office.ask(chat, "x" * 400)
    [after] = office.asking.estimate(chat, "x" * 400)
    assert (after.tokens_in, after.tokens_out) == (700, 500)
    assert after.cost == pytest.approx(1200e-6)


async def test_a_lane_that_its_provider_keeps_waiting_says_until_when(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(busy=[12.0, gate, *says("at last")])
    turn = await office.asking.ask(office.who, chat.uid, "Hi")
    reply = answer(chat, turn, "busy")
    stream = office.asking.stream(reply)
    assert stream
    async for so_far in stream.watch(every=0):
        if so_far.until:
            break
    assert (reply.state, 0 < reply.until - time.monotonic() <= 12) == (ReplyState.WAITING, True)
    await office.finish(gate)
    assert reply.text == "at last"
