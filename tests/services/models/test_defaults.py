from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from services.chats.archive import Archive
from services.chats.conversations import Lane
from services.models.defaults import MOST_PRESETS, Defaults, Preset, TooManyPresetsError
from services.models.parameters import Parameters
from services.people.person import Person
from services.people.preferences import Preferences
from tests.fakes import says
from tests.services.office import Office, an_office, answer, by_facts


@pytest.fixture
def defaults() -> Defaults:
    return Defaults(Preferences(), by_facts)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    async with an_office(tmp_path) as office:
        yield office


async def asked_with(defaults: Defaults, who: Person, lane: Lane) -> dict[str, Any]:
    """Return what a lane is asked with, as it is told."""
    (found,) = await defaults.effective(who, [lane])
    return found.told()


async def test_defaults_come_back_and_belong_to_one_person(
    store: Archive, me: Person, stranger: Person, defaults: Defaults
) -> None:
    wanted = Parameters(temperature=0.3, stop=("END",), json=False, schema={"type": "object"}, system_prompt="Brief")
    await defaults.set(me, wanted)
    assert await defaults.of(me) == wanted
    assert await defaults.of(stranger) == Parameters()


async def test_a_lane_is_asked_with_its_own_and_below_them_the_defaults(
    store: Archive, me: Person, defaults: Defaults
) -> None:
    await defaults.set(me, Parameters(temperature=0.3, max_tokens=500, web_search=True))
    lane = Lane(model="openai/gpt-4.1", name="GPT", parameters=Parameters(temperature=1.2))
    assert await asked_with(defaults, me, lane) == {"temperature": 1.2, "max_tokens": 500}


async def test_defaults_that_the_model_does_not_take_stay_away(store: Archive, me: Person, defaults: Defaults) -> None:
    await defaults.set(me, Parameters(temperature=1.8, seed=3))
    thinker = Lane(model="openai/o3", name="o3")
    claude = Lane(model="anthropic/claude-sonnet-4-5", name="Claude")
    thinking = Lane(model=claude.model, name="Claude thinks", parameters=Parameters(effort="high"))
    assert await asked_with(defaults, me, thinker) == {"seed": 3}
    assert await asked_with(defaults, me, claude) == {"temperature": 1.0}
    assert await asked_with(defaults, me, thinking) == {"effort": "high"}


async def test_defaults_reach_the_request_and_stay_with_the_answer(office: Office) -> None:
    chat = await office.chat(one=says("Hi"))
    await office.defaults.set(office.who, Parameters(system_prompt="Be brief", top_p=0.5))
    turn = await office.ask(chat, "Hello")
    await office.defaults.set(office.who, Parameters(top_p=0.9))
    [request] = office.speaker.requests_to("one")
    assert (request.top_p, request.messages[0].text) == (0.5, "Be brief")
    kept = await office.stored(chat)
    assert answer(kept, turn, "one").parameters == Parameters(system_prompt="Be brief", top_p=0.5)
    assert kept.lanes[0].parameters == Parameters()


async def test_asking_again_takes_the_defaults_as_they_are_then(office: Office) -> None:
    chat = await office.chat(one=says("Hi"))
    turn = await office.ask(chat, "Hello")
    await office.defaults.set(office.who, Parameters(top_p=0.9))
    await office.asking.again(office.who, chat.uid, turn.uid, chat.lanes[0].uid)
    await office.settle()
    assert [request.top_p for request in office.speaker.requests_to("one")] == [None, 0.9]


async def test_presets_are_kept_by_name_and_belong_to_one_person(
    store: Archive, me: Person, stranger: Person, defaults: Defaults
) -> None:
    await defaults.keep_preset(me, Preset(name="steady", parameters=Parameters(temperature=0)))
    await defaults.keep_preset(me, Preset(name="Lively ", parameters=Parameters(temperature=1)))
    await defaults.keep_preset(me, Preset(name="steady", parameters=Parameters(temperature=0.1)))
    kept = [(preset.name, preset.parameters.temperature) for preset in await defaults.presets(me)]
    assert kept == [("Lively", 1), ("steady", 0.1)]
    assert await defaults.presets(stranger) == []
    await defaults.drop_preset(me, "steady")
    assert [preset.name for preset in await defaults.presets(me)] == ["Lively"]


async def test_presets_come_to_an_end(store: Archive, me: Person, defaults: Defaults) -> None:
    many = {f"number {number}": {"seed": number} for number in range(MOST_PRESETS)}
    await Preferences().set(me, "parameter presets", many)
    await defaults.keep_preset(me, Preset(name="number 7", parameters=Parameters(seed=8)))
    with pytest.raises(TooManyPresetsError):
        await defaults.keep_preset(me, Preset(name="one more", parameters=Parameters()))
