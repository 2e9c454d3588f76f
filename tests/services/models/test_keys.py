"""Keys that people save: which is used, who may touch them, and what is seen of them."""

from __future__ import annotations

import logging

import pytest

from omnichat.messages import ChatRequest, Message
from services.chats.archive import Archive
from services.chats.conversations import NotThereError
from services.models.availability import Availability
from services.models.keys import KeyFormError, SavedKey, masked
from services.models.local_models import LocalModels
from services.models.speaking import PatientSpeaker
from services.people.person import Person
from services.records.provider import ProviderKeyRecord
from tests.omnichat.far_end import DONE, END, JSON, FarEnd, Saying, far_end, word
from tests.services.strongroom import SECRET, Builder, Strongroom

LIST = Saying(kind=JSON, pieces=(b'{"data": [{"id": "gpt-4o"}, {"id": "gpt-4o-mini"}]}',))
NO = Saying(status=401, kind=JSON, pieces=(b'{"error": {"message": "Incorrect API key: ' + SECRET.encode() + b'"}}',))
HELLO = Saying(pieces=(word("Hi"), END, DONE))


@pytest.fixture
async def room(store: Archive, build: Builder) -> Strongroom:
    return build(keys={"openai": "from-the-environment"})


async def used(room: Strongroom, who: Person, name: str = "openai") -> str | None:
    return (await room.sources.named(who, name)).key


async def test_a_saved_key_comes_before_the_environments_and_is_only_its_owners(
    room: Strongroom, me: Person, stranger: Person
) -> None:
    assert await used(room, me) is None
    await room.keys.add(me, "openai", f"  {SECRET}\n")
    assert await used(room, me) == SECRET
    assert await used(room, stranger) is None
    assert [source.scope for source in await room.sources.of(me)] == [me.uid]
    assert [source.scope for source in await room.sources.of(stranger)] == [""]


async def test_of_several_keys_the_preferred_active_one_is_used_and_an_inactive_one_never(
    room: Strongroom, me: Person
) -> None:
    first = await room.keys.add(me, "openai", "the-first-key", name="Private")
    second = await room.keys.add(me, "openai", "the-second-key", name="Office")
    assert [first.preferred, second.preferred] == [True, False]
    assert await used(room, me) == "the-first-key"
    await room.keys.prefer(me, second.uid)
    assert await used(room, me) == "the-second-key"
    await room.keys.activate(me, second.uid, False)
    assert await used(room, me) == "the-first-key"
    await room.keys.activate(me, first.uid, False)
    assert await used(room, me) is None
    await room.keys.activate(me, second.uid, True)
    assert await used(room, me) == "the-second-key"


async def test_when_the_preferred_key_goes_the_next_is_preferred(room: Strongroom, me: Person) -> None:
    first = await room.keys.add(me, "openai", "the-first-key")
    await room.keys.add(me, "openai", "the-second-key")
    await room.keys.delete(me, first.uid)
    [left] = await room.keys.of(me)
    assert left.preferred
    assert await used(room, me) == "the-second-key"


async def test_a_replaced_key_keeps_its_name_and_forgets_its_test(room: Strongroom, me: Person) -> None:
    saved = await room.keys.add(me, "openai", "an-old-key-that-was-good", name="Office")
    await ProviderKeyRecord.filter(uid=saved.uid).update(works=False, told="refused")
    after = await room.desk.replace(me, saved.uid, SECRET)
    assert (after.name, after.hint, after.works, after.told) == ("Office", "…1234", None, "")
    assert await used(room, me) == SECRET


async def test_nobody_touches_another_persons_key(room: Strongroom, me: Person, stranger: Person) -> None:
    key = await room.keys.add(me, "openai", SECRET)
    acts = (
        room.keys.get(stranger, key.uid),
        room.keys.opened(stranger, key.uid),
        room.desk.replace(stranger, key.uid, "x" * 20),
        room.desk.test(stranger, key.uid),
        room.keys.rename(stranger, key.uid, "mine"),
        room.keys.activate(stranger, key.uid, False),
        room.keys.prefer(stranger, key.uid),
        room.keys.delete(stranger, key.uid),
    )
    for act in acts:
        with pytest.raises(NotThereError):
            await act
    assert await room.keys.of(stranger) == []
    assert await room.keys.of(me) == [key]


@pytest.mark.parametrize("secret", ["", "  \n", "sk-ключ-с-буквами", "x" * 20_001, "sk-\0abc"])
async def test_what_can_be_no_key_is_refused_in_words(room: Strongroom, me: Person, secret: str) -> None:
    with pytest.raises(KeyFormError):
        await room.desk.add(me, "groq", secret)
    assert await room.keys.of(me) == []


def test_only_the_end_of_a_long_key_is_shown() -> None:
    assert masked(SECRET) == "…1234"
    assert masked("short-key") == ""
    assert masked('{\n "private_key": "x"\n}') == ""


async def test_a_key_is_in_no_repr_and_no_log(room: Strongroom, me: Person, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        key = await room.keys.add(me, "openai", SECRET)
        opened, source = await room.keys.opened(me, key.uid), await room.sources.named(me, "openai")
    assert source.key == SECRET
    assert SECRET not in repr((key, opened, source))
    assert SECRET not in caplog.text


async def test_a_key_whose_row_was_tampered_with_is_left_out_and_can_be_pasted_again(
    room: Strongroom, me: Person
) -> None:
    key = await room.keys.add(me, "openai", SECRET)
    await ProviderKeyRecord.filter(uid=key.uid).update(provider="groq")
    assert await used(room, me, "groq") is None
    assert (await room.desk.test(me, key.uid)).works is False
    await room.desk.replace(me, key.uid, SECRET)
    assert await used(room, me, "groq") == SECRET


async def test_a_key_is_asked_for_again_when_the_address_of_its_provider_changes(
    store: Archive, me: Person, build: Builder
) -> None:
    async with far_end(LIST) as first, far_end(LIST) as second:
        room = build(base_urls={"openai": first.url})
        key = await room.desk.add(me, "openai", SECRET)
        assert (await room.desk.test(me, key.uid)).works
        moved = build(base_urls={"openai": second.url})
        assert moved.desk.moved(key)
        trial = await moved.desk.test(me, key.uid)
        assert (trial.works, "Paste the key again" in trial.words) == (False, True)
        assert await used(moved, me) is None
        assert second.asked == []
        again = await moved.desk.replace(me, key.uid, SECRET)
        assert not moved.desk.moved(again)
        assert (await moved.desk.test(me, key.uid)).works
        assert len(second.asked) == 1


async def test_a_provider_without_an_address_of_its_own_takes_one_with_the_key(
    room: Strongroom, me: Person, build: Builder
) -> None:
    with pytest.raises(KeyFormError, match="Give its address"):
        await room.desk.add(me, "azure", SECRET)
    key = await room.desk.add(me, "azure", SECRET, address="https://me.openai.azure.example/openai/v1")
    source = await room.sources.named(me, "azure")
    assert (source.key, source.base_url, source.trusted) == (SECRET, key.base_url, False)
    elsewhere = build(base_urls={"azure": "https://other.example/openai/v1"})
    assert elsewhere.desk.moved(key)
    assert await used(elsewhere, me, "azure") is None


async def told(end: FarEnd, room: Strongroom, who: Person) -> tuple[bool | None, str]:
    key: SavedKey = await room.desk.add(who, "openai", SECRET)
    trial = await room.desk.test(who, key.uid)
    kept = await room.keys.get(who, key.uid)
    assert (kept.works, kept.told) == (trial.works, trial.words)
    assert SECRET not in trial.words
    assert end.asked[0].headers["authorization"] == f"Bearer {SECRET}"
    return trial.works, trial.words


@pytest.mark.parametrize(
    ("saying", "works", "words"),
    [
        (LIST, True, "lists 2 models"),
        (NO, False, "refuses this key"),
        (Saying(status=402, kind=JSON, pieces=(b'{"error": {"message": "pay"}}',)), False, "no money"),
        (Saying(status=403, kind=JSON, pieces=(b'{"error": {"message": "not here"}}',)), False, "does not let it in"),
        (Saying(status=429, kind=JSON, pieces=(b'{"error": {"message": "slow"}}',)), None, "asks to wait"),
        (Saying(status=500, kind=JSON, pieces=(b"oh",)), None, "could not be asked"),
        (Saying(kind="text/html", pieces=(b"<html>Welcome",)), None, "could not be asked"),
        (Saying(kind=JSON, pieces=(b'{"data": []}',)), True, "lists no model"),
        (Saying(then="break off"), None, "could not be asked"),
        (Saying(then="say nothing"), None, "did not answer within 2 s"),
    ],
)
async def test_a_test_asks_the_provider_and_says_what_it_said(
    store: Archive, me: Person, build: Builder, saying: Saying, works: bool | None, words: str
) -> None:
    async with far_end(saying) as end:
        room = build(base_urls={"openai": end.url})
        said = await told(end, room, me)
    assert said[0] is works
    assert words in said[1]


async def test_where_everybody_may_see_the_list_a_key_is_tried_with_one_token_of_the_cheapest(
    store: Archive, me: Person, build: Builder
) -> None:
    models = Saying(kind=JSON, pieces=(b'{"data": [{"id": "openai/gpt-4o"}, {"id": "a/b:free"}]}',))
    for last, works in ((HELLO, True), (NO, False)):
        async with far_end(models, last) as end:
            room = build(base_urls={"openrouter": end.url})
            trial = await room.desk.try_out(me, "openrouter", SECRET)
        assert trial.works is works
        assert (end.asked[1].body["model"], end.asked[1].body["max_tokens"]) == ("a/b:free", 1)


async def test_a_prompt_is_answered_with_the_persons_own_key(
    store: Archive, me: Person, stranger: Person, build: Builder
) -> None:
    async with far_end(HELLO) as end:
        room = build(base_urls={"openai": end.url}, keys={"openai": "from-the-environment"})
        await room.desk.add(me, "openai", SECRET)
        local = LocalModels(room.masters.path.parent, "off", room.client.download)
        speaker = PatientSpeaker(room.client, local, room.sources, Availability())
        hello = ChatRequest(model="openai/gpt-4o", messages=(Message.of("user", "Hello"),))
        for who in (me, stranger):
            assert [delta async for delta in speaker.stream(who, hello)]
    assert [asked.headers["authorization"][-11:] for asked in end.asked] == [SECRET[-11:], "environment"]
