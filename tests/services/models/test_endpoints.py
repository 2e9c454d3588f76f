"""Addresses of people's own: what is kept, where keys and headers go, and where nothing goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from omnichat.guard import CLOSED
from omnichat.messages import ChatRequest, Message
from services.chats.archive import Archive
from services.chats.conversations import NotThereError
from services.models.availability import Availability, State
from services.models.endpoints import Draft, Endpoint, EndpointFormError
from services.models.local_models import LocalModels
from services.models.speaking import PatientSpeaker
from services.people.person import Person
from services.records.provider import ProviderKeyRecord
from tests.omnichat.far_end import DONE, END, JSON, Saying, event, far_end, word
from tests.services.strongroom import SECRET, Builder, Strongroom

LIST = Saying(kind=JSON, pieces=(b'{"data": [{"id": "office-llm"}, {"id": "office-llm-long"}]}',))
HELLO = Saying(pieces=(word("Hi"), END, DONE))
OFFICE = Draft(name="Office model", base_url="https://llm.example/v1", key=SECRET, headers={"X-Team": "support-7"})


@pytest.fixture
async def room(store: Archive, build: Builder) -> Strongroom:
    return build()


async def test_an_endpoint_is_a_source_with_its_key_and_headers_for_its_owner_alone(
    room: Strongroom, me: Person, stranger: Person
) -> None:
    saved = await room.endpoints.save(me, OFFICE)
    [source] = await room.sources.of(me)
    assert (source.name, source.title, source.scope) == ("office-model", "Office model", me.uid)
    assert (source.key, source.base_url, source.headers) == (SECRET, "https://llm.example/v1", {"X-Team": "support-7"})
    assert not source.trusted
    assert await room.sources.of(stranger) == []
    assert (saved.hint, saved.headers) == ("…1234", ("X-Team",))
    assert "support-7" not in repr((saved, source, OFFICE))
    assert SECRET not in repr((saved, source, OFFICE))


async def test_nobody_touches_another_persons_endpoint(room: Strongroom, me: Person, stranger: Person) -> None:
    saved = await room.endpoints.save(me, OFFICE)
    thief = replace(OFFICE, base_url="https://thief.example/v1", key=None, headers=None)
    for act in (
        room.endpoints.get(stranger, saved.uid),
        room.endpoints.drafted(stranger, thief, saved.uid),
        room.endpoints.save(stranger, thief, saved.uid),
        room.endpoints.delete(stranger, saved.uid),
    ):
        with pytest.raises(NotThereError):
            await act
    assert await room.endpoints.get(me, saved.uid) == saved


@pytest.mark.parametrize(
    ("dialect", "base_url", "kept"),
    [
        ("chat", "llm.example", "http://llm.example/v1"),
        ("chat", " https://llm.example/v1/chat/completions ", "https://llm.example/v1"),
        ("responses", "https://llm.example", "https://llm.example/v1"),
        ("anthropic", "https://llm.example/v1/messages", "https://llm.example"),
        ("ollama", "https://llm.example/api/chat", "https://llm.example"),
    ],
)
async def test_an_address_is_kept_as_the_dialect_needs_it(
    room: Strongroom, me: Person, dialect: str, base_url: str, kept: str
) -> None:
    saved = await room.endpoints.save(me, replace(OFFICE, dialect=dialect, base_url=base_url))
    assert saved.base_url == kept


async def test_endpoints_of_one_name_are_told_apart_and_none_passes_for_a_provider(
    room: Strongroom, me: Person
) -> None:
    names = ("OpenAI", "Büro", "Büro", "模型")
    slugs = [(await room.endpoints.save(me, replace(OFFICE, name=name))).slug for name in names]
    assert slugs == ["openai-2", "buro", "buro-2", "endpoint"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"dialect": "klingon"}, "dialect"),
        ({"base_url": ""}, "base_url"),
        ({"base_url": "ftp://llm.example"}, "base_url"),
        ({"base_url": "https://me:secret@llm.example/v1"}, "base_url"),
        ({"base_url": "http://10.0.0.7/v1"}, "base_url"),
        ({"base_url": "http://[::ffff:169.254.169.254]/v1"}, "base_url"),
        ({"key": "sk-\r\nHost: x"}, "key"),
        ({"headers": {"Host": "inside"}}, "headers"),
        ({"headers": {"X-A": "b\r\nHost: inside"}}, "headers"),
        ({"models": ("x" * 201,)}, "models"),
    ],
)
async def test_what_cannot_be_used_is_said_beside_its_field(
    room: Strongroom, me: Person, change: dict[str, str], field: str
) -> None:
    with pytest.raises(EndpointFormError) as caught:
        await room.endpoints.save(me, replace(OFFICE, **change))  # type: ignore[arg-type]  # whatever was typed
    assert caught.value.field == field
    assert "secret" not in str(caught.value)
    assert await room.endpoints.of(me) == []


async def changed(room: Strongroom, who: Person, saved: Endpoint, **values: str) -> Endpoint:
    draft = Draft(name=saved.name, base_url=saved.base_url, dialect=saved.dialect)
    return await room.endpoints.save(who, replace(draft, **values), saved.uid)  # type: ignore[arg-type]


async def test_a_change_of_anything_else_keeps_key_and_headers(room: Strongroom, me: Person) -> None:
    saved = await room.endpoints.save(me, OFFICE)
    after = await changed(room, me, saved, name="Our model")
    assert (after.slug, after.name, after.has_key, after.headers) == ("office-model", "Our model", True, ("X-Team",))
    source = await room.sources.named(me, "office-model")
    assert (source.key, source.headers) == (SECRET, {"X-Team": "support-7"})


async def test_another_address_asks_for_key_and_headers_again(room: Strongroom, me: Person) -> None:
    saved = await room.endpoints.save(me, OFFICE)
    elsewhere = "https://thief.example/v1"
    with pytest.raises(EndpointFormError, match="Type the key again") as caught:
        await changed(room, me, saved, base_url=elsewhere)
    assert caught.value.field == "key"
    with pytest.raises(EndpointFormError, match="Type the headers again"):
        await changed(room, me, saved, base_url=elsewhere, key="another-key-of-mine")
    with pytest.raises(EndpointFormError):
        await room.endpoints.drafted(me, Draft(name="x", base_url=elsewhere), saved.uid)
    draft = Draft(name="x", base_url=elsewhere, key="another-key-of-mine", headers={})
    assert (await room.endpoints.save(me, draft, saved.uid)).has_key
    source = await room.sources.named(me, "office-model")
    assert (source.key, source.headers, source.base_url) == ("another-key-of-mine", {}, elsewhere)


async def test_a_deleted_endpoint_leaves_no_key_behind(room: Strongroom, me: Person) -> None:
    saved = await room.endpoints.save(me, OFFICE)
    await room.endpoints.delete(me, saved.uid)
    assert await room.sources.of(me) == []
    assert await ProviderKeyRecord.all().count() == 0


async def test_a_draft_is_tried_before_it_is_saved(room: Strongroom, me: Person) -> None:
    async with far_end(LIST) as end:
        draft = Draft(name="Office", base_url=end.url, key="office-key", headers={"X-Team": "support-7"})
        trial = await room.trials.hold(await room.endpoints.drafted(me, draft))
    assert trial.works
    assert trial.models == ("office-llm", "office-llm-long")
    [asked] = end.asked
    assert (asked.path, asked.headers["x-team"]) == ("/v1/models", "support-7")
    assert await room.endpoints.of(me) == []


async def test_without_a_list_the_models_typed_are_tried(room: Strongroom, me: Person) -> None:
    async with far_end(Saying(status=404, kind=JSON), HELLO) as end:
        draft = Draft(name="Office", base_url=end.url, models=("mine",))
        trial = await room.trials.hold(await room.endpoints.drafted(me, draft))
    assert trial.works
    assert end.asked[1].body["model"] == "mine"


async def test_a_trial_repeats_neither_key_nor_header_that_the_far_end_throws_back(
    room: Strongroom, me: Person
) -> None:
    said = f'{{"error": {{"message": "you sent {SECRET} and support-7"}}}}'.encode()
    async with far_end(Saying(status=403, kind=JSON, pieces=(said,))) as end:
        trial = await room.trials.hold(await room.endpoints.drafted(me, replace(OFFICE, base_url=end.url)))
    assert "you sent [key] and [key]" in trial.words


async def test_a_draft_inside_the_own_network_is_not_even_tried(build: Builder, me: Person) -> None:
    room = build(opened=CLOSED)
    async with far_end(LIST) as end:
        for url in (end.url, end.url.replace("127.0.0.1", "0x7f.1")):
            with pytest.raises(EndpointFormError, match="OMNICHAT_PRIVATE_NETWORKS"):
                await room.endpoints.drafted(me, replace(OFFICE, base_url=url))
        named = await room.endpoints.drafted(me, replace(OFFICE, base_url=end.url.replace("127.0.0.1", "localhost")))
        trial = await room.trials.hold(named)
    assert trial.works is None
    assert "inside a private network" in trial.words
    assert end.asked == []


ANSWERS = {
    "chat": ("/v1/chat/completions", (word("Hi"), END, DONE), "authorization"),
    "responses": (
        "/v1/responses",
        (
            event({"type": "response.output_text.delta", "delta": "Hi"}, "response.output_text.delta"),
            event({"type": "response.completed", "response": {"status": "completed"}}, "response.completed"),
        ),
        "authorization",
    ),
    "anthropic": (
        "/v1/messages",
        (
            event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}}),
            event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
            event({"type": "message_stop"}),
        ),
        "x-api-key",
    ),
    "ollama": (
        "/api/chat",
        (b'{"message": {"content": "Hi"}}\n', b'{"done": true, "done_reason": "stop", "message": {"content": ""}}\n'),
        "authorization",
    ),
}


@pytest.mark.parametrize("key", [SECRET, ""])
@pytest.mark.parametrize("dialect", ANSWERS)
async def test_every_dialect_is_spoken_with_a_key_and_without(
    room: Strongroom, me: Person, dialect: str, key: str
) -> None:
    path, pieces, header = ANSWERS[dialect]
    kind = "application/x-ndjson" if dialect == "ollama" else "text/event-stream"
    async with far_end(Saying(kind=kind, pieces=pieces)) as end:
        saved = await room.endpoints.save(
            me, Draft(name="Office", base_url=end.url, dialect=dialect, key=key, headers={"X-Team": "a"})
        )
        local = LocalModels(room.masters.path.parent, "off", room.client.download)
        availability = Availability()
        speaker = PatientSpeaker(room.client, local, room.sources, availability)
        request = ChatRequest(model=f"{saved.slug}/llama/3", messages=(Message.of("user", "Hello"),))
        text = "".join([getattr(delta, "text", "") async for delta in speaker.stream(me, request)])
        source = await room.sources.named(me, saved.slug)
        assert availability.of(source).state is State.ANSWERS
        assert await speaker.continues(me, request.model) is (dialect == "ollama")
    [asked] = end.asked
    assert (text, asked.path, asked.body["model"], asked.headers["x-team"]) == ("Hi", path, "llama/3", "a")
    assert (key in asked.headers[header]) if key else (header not in asked.headers)
