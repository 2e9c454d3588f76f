from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from services.conversations import Conversation, NotThereError, Turn
from services.people import Person
from services.records.person import PersonRecord
from services.replies import new_uid, now
from services.votes import Verdict
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
    leaders = await office.votes.leaderboard(office.who)
    assert [each.name for each in leaders] == ["fake/good", "fake/odd", "fake/poor"]
    assert leaders[0].games == 7


async def test_a_tie_moves_nobody(office: Office) -> None:
    await vote(office, Verdict.TIE)
    await vote(office, Verdict.BAD)
    assert {round(each.rating) for each in await office.votes.leaderboard(office.who)} == {1000}


async def test_voting_again_replaces_the_vote(office: Office) -> None:
    chat, turn = await asked(office)
    good, poor, _ = (lane.uid for lane in chat.lanes)
    await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.BETTER, good)
    await office.votes.cast(office.who, chat.uid, turn.uid, Verdict.BETTER, poor)
    kept = await office.votes.of(office.who, [turn.uid])
    assert kept[turn.uid].winner == poor
    assert (await office.votes.leaderboard(office.who))[0].name == "fake/poor"


async def test_votes_are_counted_by_tag(office: Office) -> None:
    await vote(office, Verdict.BETTER, "good", tag=" Code ")
    await vote(office, Verdict.BETTER, "poor", tag="letters")
    assert await office.votes.tags(office.who) == ["code", "letters"]
    assert (await office.votes.leaderboard(office.who, tag="code"))[0].name == "fake/good"
    assert await office.votes.leaderboard(office.who, tag="none") == []


async def test_everybody_has_a_leaderboard_of_their_own(office: Office) -> None:
    await vote(office, Verdict.BETTER, "good")
    record = await PersonRecord.create(uid=new_uid(), name="other", created_at=now())
    other = Person(id=record.id, uid=record.uid, name=record.name)
    assert await office.votes.leaderboard(other) == []
    assert len(await office.votes.leaderboard(other, everybody=True)) == 3


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
