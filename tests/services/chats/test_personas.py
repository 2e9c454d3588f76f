from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.chats.archive import Archive
from services.chats.conversations import Conversation, Lane, Look, NotThereError
from services.chats.personas import NamelessError, Persona, Personas, taken_off, worn
from services.chats.replies import now
from services.models.parameters import Parameters
from services.news import News
from services.people.person import Person
from services.people.pictures import LARGEST, NoPictureError, Pictures
from services.records.persona import PictureRecord
from tests.fakes import Doorman

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
JPEG = b"\xff\xd8\xff\xe0" + b"pixels"
WEBP = b"RIFF\x10\0\0\0WEBPVP8 "
PIRATE = Persona(
    name="Captain",
    letters="Ca",
    hue="teal",
    model="fake/one",
    parameters=Parameters(system_prompt="Talk like a pirate", temperature=0.9),
)


@pytest.fixture
def personas() -> Personas:
    return Personas(Pictures(Doorman()), News())


async def test_a_persona_comes_back_as_it_was_saved(store: Archive, me: Person, personas: Personas) -> None:
    saved = await personas.save(me, PIRATE, PNG)
    assert await personas.named(me, PIRATE.uid) == saved
    assert replace(saved, picture="", updated_at=PIRATE.updated_at) == PIRATE
    picture = await personas.pictures.open(me, saved.picture)
    assert (picture.media_type, picture.data) == ("image/png", PNG)


async def test_a_change_takes_the_place_of_what_was(store: Archive, me: Person, personas: Personas) -> None:
    await personas.save(me, PIRATE)
    await personas.save(me, replace(PIRATE, name="  Long \n John ", letters="LJS", parameters=Parameters()))
    [persona] = await personas.all(me)
    assert (persona.name, persona.letters, persona.parameters) == ("Long John", "LJ", Parameters())


async def test_personas_stand_in_the_order_of_their_names(store: Archive, me: Person, personas: Personas) -> None:
    for name in ("clown", "Baker", "actor"):
        await personas.save(me, Persona(name=name))
    assert [persona.name for persona in await personas.all(me)] == ["actor", "Baker", "clown"]


async def test_a_persona_without_a_name_is_refused(store: Archive, me: Person, personas: Personas) -> None:
    with pytest.raises(NamelessError):
        await personas.save(me, Persona(name=" \n"))


async def test_a_second_one_like_it_has_another_name(store: Archive, me: Person, personas: Personas) -> None:
    await personas.save(me, PIRATE, WEBP)
    await personas.duplicate(me, PIRATE.uid)
    third = await personas.duplicate(me, PIRATE.uid)
    assert [persona.name for persona in await personas.all(me)] == ["Captain", "Captain 2", "Captain 3"]
    assert third.parameters == PIRATE.parameters
    assert (await personas.pictures.open(me, third.picture)).media_type == "image/webp"


async def test_what_was_deleted_can_be_brought_back(store: Archive, me: Person, personas: Personas) -> None:
    saved = await personas.save(me, PIRATE, PNG)
    gone = await personas.delete(me, PIRATE.uid)
    assert await personas.all(me) == []
    back = await personas.save(me, gone)
    assert replace(back, updated_at=saved.updated_at) == saved


async def test_watchers_hear_of_each_change(store: Archive, me: Person, personas: Personas) -> None:
    watching = personas.watch(me)
    await anext(watching)
    await personas.save(me, PIRATE)
    await asyncio.wait_for(anext(watching), 5)
    await personas.delete(me, PIRATE.uid)
    await asyncio.wait_for(anext(watching), 5)
    await watching.aclose()


async def test_nobody_sees_or_changes_the_personas_of_another(
    store: Archive, me: Person, stranger: Person, personas: Personas
) -> None:
    saved = await personas.save(me, PIRATE, PNG)
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: personas.named(stranger, PIRATE.uid),
        lambda: personas.save(stranger, replace(PIRATE, name="Stolen")),
        lambda: personas.duplicate(stranger, PIRATE.uid),
        lambda: personas.delete(stranger, PIRATE.uid),
        lambda: personas.pictures.open(stranger, saved.picture),
    ]
    for attempt in attempts:
        with pytest.raises(NotThereError):
            await attempt()
    assert await personas.all(stranger) == []
    assert await personas.all(me) == [saved]


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"RIFF\0\0\0\0WAVE", b"\x89PNG"])
async def test_what_is_no_picture_is_refused(store: Archive, me: Person, personas: Personas, data: bytes) -> None:
    with pytest.raises(NoPictureError, match="PNG, JPEG or WebP"):
        await personas.save(me, PIRATE, data)
    assert await personas.all(me) == []


async def test_a_picture_that_is_too_large_is_refused(store: Archive, me: Person, personas: Personas) -> None:
    await personas.save(me, PIRATE, PNG.ljust(LARGEST))
    with pytest.raises(NoPictureError, match="201 kB; 200 kB are the most"):
        await personas.save(me, PIRATE, PNG.ljust(LARGEST + 1000))


async def test_pictures_that_nobody_shows_are_given_up_after_a_day(
    store: Archive, me: Person, personas: Personas
) -> None:
    lane = Lane(model="fake/one", name="One")
    saved = await personas.save(me, PIRATE, PNG)
    on_a_lane = await personas.pictures.keep(me, JPEG)
    nowhere = await personas.pictures.keep(me, WEBP)
    await store.begin(me, Conversation(lanes=[replace(lane, look=Look(picture=on_a_lane))]))
    await PictureRecord.all().update(created_at=now() - timedelta(days=2))
    await personas.pictures.keep(me, PNG + b"another")
    assert (await personas.pictures.open(me, saved.picture)).data == PNG
    assert (await personas.pictures.open(me, on_a_lane)).data == JPEG
    with pytest.raises(NotThereError):
        await personas.pictures.open(me, nowhere)


def test_a_lane_that_wears_a_persona_has_its_name_look_model_and_parameters() -> None:
    lane = worn(Lane(model="fake/two", name="Two", parameters=Parameters(seed=1)), PIRATE)
    assert (lane.name, lane.model, lane.parameters, lane.persona) == (
        "Captain",
        "fake/one",
        PIRATE.parameters,
        PIRATE.uid,
    )
    assert lane.look == Look(letters="Ca", hue="teal")
    assert worn(lane, replace(PIRATE, model="")).model == "fake/one"


def test_a_lane_without_its_persona_looks_like_its_model_and_keeps_what_it_set_itself() -> None:
    lane = worn(Lane(model="fake/one", name="One"), PIRATE)
    lane = replace(lane, parameters=replace(lane.parameters, temperature=0.1))
    bare = taken_off(lane, PIRATE)
    assert (bare.name, bare.look, bare.persona) == ("one", Look(), "")
    assert bare.parameters == Parameters(temperature=0.1)
    assert taken_off(lane, None).parameters == lane.parameters


async def test_deleting_a_persona_leaves_lanes_as_they_are(store: Archive, me: Person, personas: Personas) -> None:
    saved = await personas.save(me, PIRATE, PNG)
    conversation = Conversation(title="Sea", lanes=[worn(Lane(model="fake/two", name="Two"), saved)])
    await store.begin(me, conversation)
    await personas.delete(me, PIRATE.uid)
    [lane] = (await store.open(me, conversation.uid)).lanes
    assert lane == conversation.lanes[0]
    assert (await personas.pictures.open(me, lane.look.picture)).data == PNG
