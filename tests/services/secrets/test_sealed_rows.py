"""A wrong master key is told at the start, and another one can be put in its place."""

from __future__ import annotations

import pytest

from services.chats.archive import Archive
from services.models.endpoints import Draft
from services.people.person import Person
from services.people.second_factor import totp_bond
from services.records.person import PersonRecord
from services.records.provider import EndpointRecord, ProviderKeyRecord
from services.records.server import ServerFactRecord
from services.settings import SettingsError
from tests.services.strongroom import SECRET, Builder, Strongroom


@pytest.fixture
async def room(store: Archive, build: Builder) -> Strongroom:
    room = build()
    await room.rows.check()
    return room


async def furnish(room: Strongroom, who: Person) -> None:
    await room.keys.add(who, "openai", SECRET)
    draft = Draft(name="Office", base_url="http://127.0.0.1:1/v1", key="endpoint-key-1", headers={"X-Team": "support"})
    await room.endpoints.save(who, draft)


async def told(room: Strongroom, who: Person) -> list[object]:
    found = {source.name: source for source in await room.sources.of(who)}
    return [found["openai"].key, found["office"].key, found["office"].headers]


AS_SAVED = [SECRET, "endpoint-key-1", {"X-Team": "support"}]


async def test_the_right_master_key_is_welcome_again_and_a_wrong_one_is_named_in_one_line(
    room: Strongroom, build: Builder
) -> None:
    await build().rows.check()
    room.masters.path.unlink()
    with pytest.raises(SettingsError, match=r"master\.key is not the master key") as caught:
        await build().rows.check()
    assert "\n" not in str(caught.value)


async def test_rotation_seals_everything_anew_and_drops_the_old_line(
    room: Strongroom, me: Person, build: Builder
) -> None:
    await furnish(room, me)
    before = room.masters.secrets()
    assert await build().rows.rotate() == (4, 0)
    after = room.masters.secrets()
    assert len(after) == 1
    assert after != before
    assert await told(room, me) == AS_SAVED
    assert await told(build(), me) == AS_SAVED
    await build().rows.check()


async def test_a_rotation_that_was_cut_short_is_finished_by_the_next(
    room: Strongroom, me: Person, build: Builder
) -> None:
    await furnish(room, me)
    old = room.masters.secrets()[0]
    room.masters.add()
    first = await ProviderKeyRecord.get(provider="openai")
    await room.keys.replace(me, first.uid, SECRET)
    assert await told(build(), me) == AS_SAVED
    added = room.masters.secrets()[-1]
    assert await build().rows.rotate() == (3, 0)
    assert room.masters.secrets() == (added,) != (old,)
    assert await told(room, me) == AS_SAVED


async def test_a_key_that_nobody_can_open_stays_and_stops_no_rotation(room: Strongroom, me: Person) -> None:
    await furnish(room, me)
    await ProviderKeyRecord.filter(provider="office").update(sealed="v1.000000000000.AAAA")
    assert await room.rows.rotate() == (3, 1)
    assert await told(room, me) == [SECRET, "", {"X-Team": "support"}]


async def test_who_lost_the_master_key_may_give_the_saved_keys_up_and_go_on(
    room: Strongroom, me: Person, build: Builder
) -> None:
    await furnish(room, me)
    room.masters.path.unlink()
    late = build()
    assert await late.rows.forget() == 3
    await late.rows.check()
    assert await ProviderKeyRecord.all().count() == 0
    assert (await EndpointRecord.get(slug="office")).sealed_headers == ""


async def test_nothing_secret_stands_in_any_row(room: Strongroom, me: Person) -> None:
    await furnish(room, me)
    rows = [
        *await ProviderKeyRecord.all().values(),
        *await EndpointRecord.all().values(),
        *await ServerFactRecord.all().values(),
    ]
    assert len(rows) == 4
    for secret in (SECRET, "endpoint-key-1", "support"):
        assert secret not in str(rows)


async def test_the_secret_of_a_phone_is_sealed_anew_too_and_given_up_with_its_key(
    room: Strongroom, me: Person, build: Builder
) -> None:
    await PersonRecord.filter(id=me.id).update(totp=room.vault.seal("phone", *totp_bond(me.uid)), recovery="[]")
    assert await build().rows.rotate() == (2, 0)
    assert room.vault.open((await PersonRecord.get(id=me.id)).totp, *totp_bond(me.uid)) == "phone"
    room.masters.path.unlink()
    assert await build().rows.forget() == 1
    assert (await PersonRecord.get(id=me.id)).totp == ""
