"""Who is asked, changed all at once, and remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.chats.chats import MOST_LANES, TooManyLanesError
from services.chats.choosing import Choosing, ManyLanesError
from services.chats.conversations import Conversation, NotThereError
from services.models.offers import Entry
from services.models.shelves import Shelves
from services.people.person import Person
from services.people.preferences import Preferences
from services.people.rules import Access, Rules
from tests.fakes import says
from tests.services.office import Office, an_office
from tests.services.stall import entry

TITLED = {each.id: each for each in (entry("fake/one", "The One"), entry("fake/long", "x" * 5000))}


class Desk:
    """An office in which models can be chosen."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.who = office.who
        self.chats = office.chats
        self.shelves = Shelves(Preferences())
        self.choosing = Choosing(office.chats, Titles(), self.shelves, office.doorman)

    async def names(self, conversation: Conversation) -> list[str]:
        """Return the lanes that the disk says are asked."""
        return [lane.name for lane in (await self.office.stored(conversation)).active_lanes]


class Titles:
    """A catalogue in which some models have a title."""

    async def entry(self, who: Person, model: str) -> Entry | None:
        return TITLED.get(model)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with an_office(tmp_path) as office:
        yield Desk(office)


async def test_lanes_of_models_that_stay_are_left_alone_and_new_ones_are_called_apart(desk: Desk) -> None:
    chat = await desk.office.chat(a=says("hi"), b=says("hi"))
    before = {lane.model: lane.uid for lane in chat.lanes}
    gone = await desk.choosing.choose(desk.who, chat.uid, ["fake/b", "fake/one", "fake/one", "fake/b"])
    assert [lane.name for lane in gone] == ["a"]
    assert await desk.names(chat) == ["b", "b 2", "The One", "The One 2"]
    assert chat.active_lanes[0].uid == before["fake/b"]


async def test_a_lane_that_answered_is_put_away_and_not_lost(desk: Desk) -> None:
    chat = await desk.office.chat(a=says("hi"), b=says("hi"))
    turn = await desk.office.ask(chat, "Who?")
    await desk.choosing.choose(desk.who, chat.uid, ["fake/b"])
    stored = await desk.office.stored(chat)
    assert [(lane.name, lane.removed) for lane in stored.lanes] == [("a", True), ("b", False)]
    assert stored.turn(turn.uid).replies.keys() == turn.replies.keys()


async def test_too_many_models_change_nothing(desk: Desk) -> None:
    chat = await desk.office.chat(a=says("hi"))
    with pytest.raises(TooManyLanesError):
        await desk.choosing.choose(desk.who, chat.uid, ["fake/one"] * (MOST_LANES + 1))
    assert await desk.names(chat) == ["a"]


async def test_more_lanes_than_usual_are_asked_only_by_who_is_sure(desk: Desk) -> None:
    chat = await desk.office.chat(a=says("hi"))
    choosing = Choosing(desk.chats, Titles(), desk.shelves, desk.office.doorman, usual=2)
    await choosing.add(desk.who, chat.uid, chat.lanes[0])
    with pytest.raises(ManyLanesError, match="all 3"):
        await choosing.add(desk.who, chat.uid, chat.lanes[0])
    with pytest.raises(ManyLanesError, match="all 4"):
        await choosing.choose(desk.who, chat.uid, ["fake/a"] * 4)
    assert await desk.names(chat) == ["a", "a 2"]
    await choosing.choose(desk.who, chat.uid, ["fake/a"] * 4, anyway=True)
    await choosing.choose(desk.who, chat.uid, ["fake/a"] * 3)
    assert await desk.names(chat) == ["a", "a 2", "a 3"]


async def test_a_lane_gets_another_model_and_a_name_of_one_s_own_stays(desk: Desk) -> None:
    chat = await desk.office.chat(a=says("hi"))
    lane = chat.lanes[0]
    await desk.choosing.swap(desk.who, chat.uid, lane.uid, "fake/one")
    assert await desk.names(chat) == ["The One"]
    await desk.choosing.swap(desk.who, chat.uid, lane.uid, "fake/b")
    assert await desk.names(chat) == ["b"]
    chat.lanes[0].name = "Critic"
    await desk.choosing.swap(desk.who, chat.uid, lane.uid, "fake/one")
    assert [(each.name, each.model) for each in chat.active_lanes] == [("Critic", "fake/one")]


async def test_the_next_new_chat_asks_whom_was_chosen_last_wherever_that_was(desk: Desk) -> None:
    old = await desk.office.chat(a=says("hi"))
    await desk.office.ask(old, "Old")
    new = await desk.office.chat(b=says("hi"))
    await desk.office.ask(new, "New")
    await desk.choosing.choose(desk.who, old.uid, ["fake/a", "fake/one"])
    blank = await desk.chats.blank(desk.who)
    assert await desk.names(blank) == ["a", "The One"]
    assert not {lane.uid for lane in blank.lanes} & {lane.uid for lane in old.lanes}


async def test_a_new_chat_in_which_somebody_writes_keeps_its_lanes(desk: Desk) -> None:
    chat = await desk.office.chat(a=says("hi"))
    await desk.office.ask(chat, "Old")
    blank = await desk.chats.blank(desk.who)
    await desk.chats.save_draft(desk.who, blank.uid, "Dear")
    await desk.choosing.choose(desk.who, chat.uid, ["fake/one"])
    assert await desk.names(blank) == ["a"]


async def test_a_new_chat_asks_the_models_that_are_named_in_their_order(desk: Desk) -> None:
    blank = await desk.choosing.start(desk.who, ["fake/one", "fake/b", "fake/one", "no model", "x" * 500])
    assert await desk.names(blank) == ["The One", "b", "The One 2"]
    uids = [lane.uid for lane in blank.active_lanes]
    assert await desk.choosing.start(desk.who, ["fake/b", "fake/one"]) is blank
    assert [lane.uid for lane in blank.lanes] == [uids[1], uids[0]]
    assert await desk.choosing.start(desk.who, ["nonsense"]) is blank
    assert await desk.names(blank) == ["b", "The One"]


async def test_models_of_an_address_that_are_passed_over_are_named(desk: Desk) -> None:
    left_out = desk.choosing.left_out
    assert await left_out(desk.who, ["fake/one", "fake/unlisted"]) == ""
    assert await left_out(desk.who, ["nonsense", "fake/one", "nonsense"]) == "No model called nonsense."
    many = await left_out(desk.who, ["a\nb", "<b>", "x" * 500, "c", "d"])
    assert many == f"No models called a b, <b>, {'x' * 79}… and 2 more."
    desk.office.doorman.access = Access(grants=(Rules(models=("fake/one",)),))
    assert await left_out(desk.who, ["fake/one", "fake/two", "x"]) == "No model called x. You may not ask fake/two."


async def test_what_was_chosen_is_at_hand_and_long_names_are_cut(desk: Desk) -> None:
    chat = await desk.office.chat(a=says("hi"))
    await desk.choosing.choose(desk.who, chat.uid, ["fake/a", "fake/long"])
    assert (await desk.shelves.of(desk.who)).recents == ("fake/long",)
    assert [len(name) for name in await desk.names(chat)] == [1, 80]


async def test_nobody_chooses_for_somebody_else(desk: Desk) -> None:
    chat = await desk.office.chat(a=says("hi"))
    other = Person(id=desk.who.id + 1, uid="other", name="other")
    with pytest.raises(NotThereError):
        await desk.choosing.choose(other, chat.uid, ["fake/one"])
    with pytest.raises(NotThereError):
        await desk.choosing.swap(other, chat.uid, chat.lanes[0].uid, "fake/one")
    assert await desk.names(chat) == ["a"]
