"""Keys of the server: who may use them, and that nobody but admins sees them."""

from __future__ import annotations

import logging
from dataclasses import asdict, replace

import pytest

from omnichat.messages import ChatRequest, Message
from services.chats.archive import Archive
from services.chats.conversations import NotThereError
from services.models.availability import Availability
from services.models.endpoints import Draft
from services.models.local_models import LocalModels
from services.models.speaking import PatientSpeaker
from services.people.audit import Search
from services.people.person import SERVER_UID, NotAllowedError, Person
from services.people.rules import Feature, Rules
from services.records.group import KeyShareRecord
from tests.omnichat.far_end import JSON, Saying, far_end
from tests.services.strongroom import SECRET, Builder, Strongroom

NO = Saying(status=401, kind=JSON, pieces=(b'{"error": {"message": "Incorrect API key: ' + SECRET.encode() + b'"}}',))


@pytest.fixture
async def room(store: Archive, build: Builder) -> Strongroom:
    return build()


async def used(room: Strongroom, who: Person, name: str = "openai") -> str | None:
    return next((source.key for source in await room.sources.of(who) if source.name == name), None)


async def test_a_key_of_the_server_is_for_everybody_and_ones_own_comes_first(
    room: Strongroom, me: Person, stranger: Person
) -> None:
    server = await room.people.shares.server(me)
    assert (server.uid, (await room.people.shares.server(me)).id) == (SERVER_UID, server.id)
    await room.keys.add(server, "openai", SECRET)
    assert [await used(room, who) for who in (me, stranger, server)] == [SECRET] * 3
    await room.keys.add(stranger, "openai", "a-key-of-my-own")
    assert [await used(room, who) for who in (me, stranger)] == [SECRET, "a-key-of-my-own"]


async def test_a_shared_key_is_for_its_groups_and_for_admins(room: Strongroom, me: Person, stranger: Person) -> None:
    groups, shares = room.people.groups, room.people.shares
    server = await shares.server(me)
    one, two = await groups.save(me, "One", Rules()), await groups.save(me, "Two", Rules())
    key = await room.keys.add(server, "openai", SECRET)
    await shares.share(me, key.uid, [one.uid])
    assert await shares.groups(me) == {key.uid: [one.uid]}
    assert [await used(room, who) for who in (me, stranger)] == [SECRET, None]
    await groups.place(me, stranger.uid, [two.uid])
    assert await used(room, stranger) is None
    await groups.place(me, stranger.uid, [one.uid, two.uid])
    assert await used(room, stranger) == SECRET
    spare = await room.keys.add(server, "openai", "another-shared-key")
    await room.keys.prefer(server, spare.uid)
    await shares.share(me, spare.uid, [two.uid])
    await groups.place(me, stranger.uid, [one.uid])
    assert await used(room, stranger) == SECRET


async def test_a_shared_endpoint_is_for_its_groups_and_stays_so_when_it_is_changed(
    room: Strongroom, me: Person, stranger: Person
) -> None:
    groups, shares = room.people.groups, room.people.shares
    server = await shares.server(me)
    group = await groups.save(me, "One", Rules())
    draft = Draft(name="Office", base_url="http://127.0.0.1:9/v1", key=SECRET)
    endpoint = await room.endpoints.save(server, draft)
    assert await used(room, stranger, "office") == SECRET
    (key,) = await room.keys.of(server, "office")
    await shares.share(me, key.uid, [group.uid])
    assert await used(room, stranger, "office") is None
    await room.endpoints.save(server, replace(draft, name="Office 2", key="another-secret-key"), endpoint.uid)
    assert await KeyShareRecord.all().count() == 1
    assert [await used(room, who, "office") for who in (me, stranger)] == ["another-secret-key", None]


async def test_a_group_without_keys_of_its_own_uses_the_servers(room: Strongroom, me: Person, stranger: Person) -> None:
    groups = room.people.groups
    await room.keys.add(await room.people.shares.server(me), "openai", SECRET)
    await room.keys.add(stranger, "openai", "a-key-of-my-own")
    await room.endpoints.save(stranger, Draft(name="Mine", base_url="http://127.0.0.1:9/v1"))
    group = await groups.save(me, "One", Rules(features=(Feature.SYNTHESIS,)))
    await groups.place(me, stranger.uid, [group.uid])
    assert await used(room, stranger) == SECRET
    assert "mine" not in {source.name for source in await room.sources.of(stranger)}
    for attempt in (
        room.keys.add(stranger, "openai", "one-more-of-my-own"),
        room.keys.replace(stranger, (await room.keys.of(stranger))[0].uid, "one-more-of-my-own"),
        room.endpoints.save(stranger, Draft(name="More", base_url="http://127.0.0.1:9/v1")),
        room.endpoints.drafted(stranger, Draft(name="More", base_url="http://127.0.0.1:9/v1")),
    ):
        with pytest.raises(NotAllowedError):
            await attempt


async def test_a_member_never_sees_a_shared_key(
    room: Strongroom, me: Person, stranger: Person, caplog: pytest.LogCaptureFixture
) -> None:
    server = await room.people.shares.server(me)
    async with far_end(NO, NO) as end:
        saved = await room.endpoints.save(server, Draft(name="Office", base_url=f"{end.url}/v1", key=SECRET))
        assert (await room.keys.of(stranger), await room.endpoints.of(stranger)) == ([], [])
        (key,) = await room.keys.of(server, "office")
        for attempt in (
            room.keys.get(stranger, key.uid),
            room.keys.opened(stranger, key.uid),
            room.keys.delete(stranger, key.uid),
            room.endpoints.get(stranger, saved.uid),
            room.endpoints.delete(stranger, saved.uid),
        ):
            with pytest.raises(NotThereError):
                await attempt
        source = await room.sources.named(stranger, "office")
        assert SECRET not in repr(source)
        trial = await room.trials.hold(source)
        speaker = PatientSpeaker(
            room.client,
            LocalModels(room.masters.path.parent, "off", room.client.download),
            room.sources,
            Availability(),
        )
        request = ChatRequest(model="office/x", messages=(Message.of("user", "Hi"),))
        with caplog.at_level(logging.DEBUG), pytest.raises(Exception, match="office") as caught:
            async for _ in speaker.stream(stranger, request):
                pass
    assert SECRET not in f"{trial} {caught.value!r} {caplog.text}"
    assert SECRET not in str([asdict(deed) for deed in await room.people.audit.read(me, Search())])


async def test_only_admins_act_for_the_server_and_the_log_says_who_did(
    room: Strongroom, me: Person, stranger: Person
) -> None:
    shares = room.people.shares
    for attempt in (shares.server(stranger), shares.groups(stranger), shares.share(stranger, "x", [])):
        with pytest.raises(NotAllowedError):
            await attempt
    server = await shares.server(me)
    key = await room.keys.add(server, "openai", SECRET, name="Office")
    mine = await room.keys.add(me, "openai", "a-key-of-my-own")
    await shares.share(me, key.uid, [])
    await room.keys.replace(server, key.uid, "another-shared-key")
    await room.keys.delete(server, key.uid)
    for uid, groups in ((mine.uid, []), (key.uid, []), ("\0", []), (mine.uid, ["x"])):
        with pytest.raises(NotThereError):
            await shares.share(me, uid, groups)
    deeds = await room.people.audit.read(me, Search())
    assert [(deed.who, deed.action) for deed in reversed(deeds)] == [
        (me.uid, "key added"),
        (me.uid, "key shared"),
        (me.uid, "key replaced"),
        (me.uid, "key deleted"),
    ]


async def test_a_key_that_was_for_a_group_is_not_for_everybody_when_the_group_goes(
    room: Strongroom, me: Person, stranger: Person
) -> None:
    groups, shares = room.people.groups, room.people.shares
    server = await shares.server(me)
    one, two = await groups.save(me, "One", Rules()), await groups.save(me, "Two", Rules())
    alone = await room.keys.add(server, "openai", SECRET)
    both = await room.keys.add(server, "groq", SECRET)
    await room.endpoints.save(server, Draft(name="Office", base_url="http://127.0.0.1:9/v1", key=SECRET))
    (office,) = await room.keys.of(server, "office")
    for key, uids in ((alone, [one.uid]), (both, [one.uid, two.uid]), (office, [one.uid])):
        await shares.share(me, key.uid, uids)
    await groups.place(me, stranger.uid, [one.uid, two.uid])
    await groups.delete(me, one.uid)
    reached = {source.name for source in await room.sources.of(stranger)}
    assert {"openai", "groq", "office"} & reached == {"groq"}
    assert [key.active for key in await room.keys.of(server)] == [True, False, False]
