from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from omnichat.deltas import TextDelta, UsageDelta
from omnichat.prices import Prices
from services.chats.ballots import Verdict
from services.chats.conversations import Conversation, NotThereError, Turn
from services.chats.replies import new_uid, now
from services.chats.votes import Board
from services.people.person import Person
from services.records.person import PersonRecord
from tests.fakes import says
from tests.services.office import Office, an_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    async with an_office(tmp_path) as office:
        yield office


async def asked(office: Office, prompt: str = "Which?") -> tuple[Conversation, Turn]:
    chat = await office.chat(good=says("g"), poor=says("p"), odd=says("o"))
    return chat, await office.ask(chat, prompt)


async def vote(office: Office, verdict: Verdict, winner: str = "", tag: str = "") -> None:
    chat, turn = await asked(office)
    lane = next((lane.uid for lane in chat.lanes if lane.name == winner), "")
    await office.votes.cast(office.who, chat.uid, turn.uid, verdict, lane, tag=tag)


async def test_who_wins_more_often_leads(office: Office) -> None:
    for _ in range(3):
        await vote(office, Verdict.BETTER, "good")
    await vote(office, Verdict.BETTER, "odd")
    leaders = (await office.votes.leaderboard(office.who)).standings
    assert [each.name for each in leaders] == ["fake/good", "fake/odd", "fake/poor"]
    assert leaders[0].games == 7


async def test_a_tie_moves_nobody(office: Office) -> None:
    await vote(office, Verdict.TIE)
    await vote(office, Verdict.BAD)
    assert {round(each.rating) for each in (await office.votes.leaderboard(office.who)).standings} == {1000}


async def test_voting_again_replaces_the_vote(office: Office) -> None:
    chat, turn = await asked(office)
    good, poor, _ = (lane.uid for lane in chat.lanes)
    await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.BETTER, good)
    await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.BETTER, poor)
    kept = (await office.stored(chat)).turns[0].vote
    assert kept == turn.vote
    assert kept
    assert kept.winner == poor
    assert (await office.votes.leaderboard(office.who)).standings[0].name == "fake/poor"


async def test_votes_are_counted_by_tag(office: Office) -> None:
    await vote(office, Verdict.BETTER, "good", tag=" Code ")
    await vote(office, Verdict.BETTER, "poor", tag="letters")
    assert await office.votes.tags(office.who) == ["code", "letters"]
    assert (await office.votes.leaderboard(office.who, tag="code")).standings[0].name == "fake/good"
    assert await office.votes.leaderboard(office.who, tag="none") == Board()


async def test_everybody_has_a_leaderboard_of_their_own(office: Office) -> None:
    await vote(office, Verdict.BETTER, "good")
    record = await PersonRecord.create(uid=new_uid(), name="other", created_at=now())
    other = Person(id=record.id, uid=record.uid, name=record.name)
    assert await office.votes.leaderboard(other) == Board()
    assert len((await office.votes.leaderboard(other, everybody=True)).standings) == 3


async def test_a_winner_must_have_answered_and_one_answer_is_no_comparison(office: Office) -> None:
    chat, turn = await asked(office)
    with pytest.raises(NotThereError):
        await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.BETTER, "nobody")
    with pytest.raises(NotThereError):
        await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.TIE, chat.lanes[0].uid)
    alone = await office.chat(good=says("g"))
    single = await office.ask(alone, "Hm?")
    with pytest.raises(NotThereError):
        await office.votes.cast(office.who, alone.uid, single.uid, Verdict.TIE)


async def test_the_board_counts_votes_and_says_what_share_of_games_was_won(office: Office) -> None:
    await vote(office, Verdict.BETTER, "good")
    await vote(office, Verdict.TIE)
    board = await office.votes.leaderboard(office.who)
    assert board.votes == 2
    won = {each.name: each.won for each in board.standings}
    assert won == {"fake/good": 3 / 4, "fake/odd": 1 / 3, "fake/poor": 1 / 3}


async def test_the_board_says_what_a_mean_answer_costs_where_prices_are_known(office: Office) -> None:
    office.prices["fake/good"] = Prices(input=0.001, output=0.01, cached=0)
    for tokens in (10, 30):
        usage = UsageDelta(input_tokens=200, output_tokens=tokens, cached_tokens=100)
        chat = await office.chat(good=[TextDelta("g"), usage], poor=says("p"))
        turn = await office.ask(chat, "Which?")
        await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.TIE)
    board = await office.votes.leaderboard(office.who)
    assert board.costs == {"fake/good": pytest.approx(0.3)}


async def test_a_vote_given_blind_stays_one_when_it_is_changed(office: Office) -> None:
    chat, turn = await asked(office)
    await office.chats.change_settings(office.who, chat.uid, replace(chat.settings, blind=True))
    await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.TIE)
    await office.chats.change_settings(office.who, chat.uid, replace(chat.settings, blind=False))
    changed = await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.BAD)
    assert changed.blind
