"""Whatever door a prompt comes by, each lane is asked only what its person may ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from services.chats.chats import TooManyLanesError
from services.chats.choosing import Choosing
from services.chats.conversations import Lane
from services.chats.replies import ModelReply, Purpose, ReplyState
from services.models.catalogue import Catalogue
from services.models.shelves import Shelves
from services.people.audit import Audit
from services.people.person import NotAllowedError
from services.people.pictures import NoPictureError, Pictures
from services.people.preferences import Preferences
from services.people.rules import Access, Feature, Rules
from services.people.scopes import Scope
from services.people.tokens import ApiTokens
from tests.fakes import says
from tests.services.office import Office, an_office, answer
from tests.services.shop import Shop

FEW = Access(grants=(Rules(models=("fake/a", "fake/b")),))
NONE = Access(grants=(Rules(providers=("groq",)),))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    async with an_office(tmp_path) as office:
        yield office


def refused(reply: ModelReply) -> bool:
    return reply.state is ReplyState.FAILED and reply.failure == "NotAllowedError"


async def test_a_lane_that_may_not_be_asked_fails_in_its_own_card_and_others_go_on(office: Office) -> None:
    chat = await office.chat(a=says("fine"), secret=says("no"), b=says("fine too"))
    office.doorman.access = FEW
    turn = await office.ask(chat, "Hi")
    assert [answer(chat, turn, name).text for name in ("a", "b")] == ["fine", "fine too"]
    told = answer(chat, turn, "secret")
    assert refused(told)
    assert told.error == "fake/secret is not among the models of your group. Choose another, or ask an admin."
    assert {request.model for request in office.speaker.heard} == {"fake/a", "fake/b"}


async def test_no_way_of_asking_once_more_goes_round_the_lock(office: Office) -> None:
    chat = await office.chat(a=says("one"), b=says("two"))
    turn = await office.ask(chat, "Hi")
    heard = len(office.speaker.heard)
    lane = chat.lanes[0]
    late = Lane(model="fake/a", name="late")
    await office.chats.add_lane(office.who, chat.uid, late)
    office.doorman.access = NONE
    again = await office.asking.again(office.who, chat.uid, turn.uid, lane.uid)
    onward = await office.asking.go_on(office.who, chat.uid, turn.uid, chat.lanes[1].uid)
    await office.asking.backfill(office.who, chat.uid, late.uid)
    await office.settle()
    retried = await office.asking.retry_failed(office.who, chat.uid, turn.uid)
    await office.settle()
    (backfilled,) = turn.replies[late.uid][:1]
    assert all(map(refused, (again, onward, backfilled, *retried)))
    assert len(retried) == 3
    with pytest.raises(NotAllowedError):
        await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/a")
    assert len(office.speaker.heard) == heard


async def test_a_judge_that_was_allowed_before_is_refused_too(office: Office) -> None:
    chat = await office.chat(a=says("one"), b=says("two"))
    turn = await office.ask(chat, "Hi")
    judged = await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/a")
    await office.settle()
    office.doorman.access = NONE
    again = await office.synthesis.again(office.who, chat.uid, turn.uid, judged.uid)
    await office.settle()
    assert (judged.state, refused(again)) == (ReplyState.DONE, True)
    office.doorman.access = Access(grants=(Rules(features=(Feature.KEYS,)),))
    with pytest.raises(NotAllowedError, match="synthesis"):
        await office.synthesis.begin(office.who, chat.uid, turn.uid, Purpose.FUSE, "fake/a")


async def test_a_lane_that_waited_is_refused_when_the_rules_changed_meanwhile(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(a=[gate, *says("one")])
    first = await office.asking.ask(office.who, chat.uid, "Hi")
    second = await office.asking.ask(office.who, chat.uid, "And?")
    office.doorman.access = NONE
    await office.finish(gate)
    assert answer(chat, first, "a").text == "one"
    assert refused(answer(chat, second, "a"))


async def test_a_chat_holds_no_more_lanes_than_the_group_may_ask(office: Office) -> None:
    chat = await office.chat(a=says("x"), b=says("x"), c=says("x"))
    office.doorman.access = Access(grants=(Rules(lanes=2),))
    with pytest.raises(TooManyLanesError, match="at most 2 lanes"):
        await office.asking.ask(office.who, chat.uid, "Hi")
    assert (chat.turns, office.speaker.heard) == ([], [])
    await office.asking.ask(office.who, chat.uid, "Hi", only=[lane.uid for lane in chat.lanes[:2]])
    with pytest.raises(TooManyLanesError):
        await office.chats.add_lane(office.who, chat.uid, Lane(model="fake/a", name="d"))
    with pytest.raises(TooManyLanesError):
        await office.chats.set_lanes(office.who, chat.uid, list(chat.lanes))
    begun = await office.chats.begin(office.who, [Lane(model="fake/a", name=str(n)) for n in range(4)])
    assert len(begun.active_lanes) == 2


async def test_answers_of_one_person_wait_in_line_where_the_group_says_so(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(a=[gate, *says("one")], b=says("two"))
    office.doorman.access = Access(grants=(Rules(answers=1),))
    turn = await office.asking.ask(office.who, chat.uid, "Hi")
    stream = office.asking.stream(answer(chat, turn, "b"))
    assert stream
    async for reply in stream.watch(every=0):
        if reply.place:
            break
    assert "fake/b" not in {request.model for request in office.speaker.heard}
    await office.finish(gate)
    assert answer(chat, turn, "b").text == "two"


async def test_nobody_picks_what_they_may_not_ask_and_a_newcomer_is_not_given_it(office: Office) -> None:
    choosing = Choosing(office.chats, Titled(), Shelves(Preferences()), office.doorman)
    office.doorman.access = FEW
    assert (await office.chats.blank(office.who)).lanes == []
    chat = await office.chat(a=says("x"), secret=says("x"))
    with pytest.raises(NotAllowedError):
        await choosing.choose(office.who, chat.uid, ["fake/a", "fake/x"])
    with pytest.raises(NotAllowedError):
        await choosing.swap(office.who, chat.uid, chat.lanes[0].uid, "fake/x")
    assert [lane.model for lane in chat.active_lanes] == ["fake/a", "fake/secret"]
    started = await choosing.start(office.who, ["fake/x", "fake/b"])
    assert [lane.model for lane in started.active_lanes] == ["fake/b"]


class Titled:
    async def entry(self, who: object, model: str) -> None:
        return None


async def test_the_catalogue_shows_only_what_may_be_asked(office: Office) -> None:
    shop = Shop(groq=["llama-8b", "llama-70b", "whisper"])
    catalogue = shop.opens()
    assert await listed(catalogue, office) == ["groq/llama-70b", "groq/llama-8b", "groq/whisper"]
    shop.doorman.access = Access(grants=(Rules(models=("llama*",)),), models_off=frozenset({"groq/llama-8b"}))
    assert await listed(catalogue, office) == ["groq/llama-70b"]
    shop.doorman.access = Access()
    assert len(await listed(catalogue, office)) == 3


async def listed(catalogue: Catalogue, office: Office) -> list[str]:
    return [entry.id for offer in await catalogue.offers(office.who) for entry in offer.entries]


async def test_files_and_tokens_are_bound_by_the_group_too(office: Office) -> None:
    office.doorman.access = Access(grants=(Rules(upload_bytes=0, features=()),))
    with pytest.raises(NoPictureError, match="0 kB are the most"):
        await Pictures(office.doorman).keep(office.who, b"\x89PNG\r\n\x1a\n")
    with pytest.raises(NotAllowedError, match="api tokens"):
        await ApiTokens(Audit(), office.doorman).make(office.who, "x", [Scope.READ], days=30)
