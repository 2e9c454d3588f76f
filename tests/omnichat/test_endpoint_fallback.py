"""Several models for one wish beside chat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from omnichat import (
    AsyncClient,
    AuthenticationError,
    Client,
    ConnectionFailedError,
    MissingKeyError,
    OverloadedError,
    UnknownProviderError,
    UnsupportedError,
)
from omnichat.registry import every_provider
from tests.omnichat.far_end import JSON, Saying, far_end, word
from tests.omnichat.test_blocking import speaking
from tests.omnichat.test_endpoint_shapes import PIECES
from tests.omnichat.told_answers import ANSWERS, PICTURE, SOUND, say

BUSY = Saying(status=503, kind=JSON, pieces=(b'{"error": "busy"}',))
WORDS = [{"role": "user", "content": "Hello"}]
SPOKEN = Saying(kind="audio/mpeg", pieces=(b"ID3", b"sound"))
MODELS = ["anthropic/offers-no-such-thing", "openai/no-key", "custom/busy", "custom/good"]


WISHES: dict[str, tuple[Callable[[Any], Any], dict[str, Any], Saying]] = {
    "completions": (lambda c: c.completions.create, {"prompt": "Hello"}, say(ANSWERS["completion"])),
    "embeddings": (lambda c: c.embeddings.create, {"input": "Hello"}, say(ANSWERS["embeddings"])),
    "moderations": (lambda c: c.moderations.create, {"input": "Hello"}, say(ANSWERS["moderation"])),
    "pictures": (lambda c: c.images.generate, {"prompt": "A cat"}, say(ANSWERS["image"])),
    "edits": (lambda c: c.images.edit, {"prompt": "A cat", "image": PICTURE}, say(ANSWERS["image"])),
    "transcripts": (lambda c: c.audio.transcriptions.create, {"file": SOUND}, say(ANSWERS["transcription"])),
    "translations": (lambda c: c.audio.translations.create, {"file": SOUND}, say(ANSWERS["translation"])),
    "speech": (lambda c: c.audio.speech.create, {"input": "Hello", "voice": "eve"}, SPOKEN),
}
EVERY_WISH = pytest.mark.parametrize("wish", WISHES)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in every_provider().values():
        for name in (provider.key_env, *provider.key_envs, f"{provider.name.upper()}_BASE_URL"):
            monkeypatch.delenv(str(name), raising=False)


@EVERY_WISH
async def test_the_next_model_answers_where_those_before_it_cannot(wish: str) -> None:
    method, asked, answer = WISHES[wish]
    async with far_end(BUSY, answer) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        made = await method(client)(model=MODELS, **asked)
    assert made.model == "custom/good"
    assert len(end.asked) == 2


@EVERY_WISH
def test_a_program_without_an_event_loop_falls_back_too(wish: str) -> None:
    method, asked, answer = WISHES[wish]
    with speaking(BUSY, answer) as (end, _), Client(base_urls={"custom": end.url}, retries=0) as client:
        made = method(client)(model=MODELS, **asked)
    assert made.model == "custom/good"


@EVERY_WISH
async def test_the_last_error_tells_of_the_others(wish: str) -> None:
    method, asked, _ = WISHES[wish]
    async with far_end(BUSY) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        with pytest.raises(OverloadedError) as raised:
            await method(client)(model=MODELS[:3], **asked)
        with pytest.raises(UnknownProviderError):
            await method(client)(model=[], **asked)
        with pytest.raises(UnknownProviderError):
            await method(client)(model=["nobody/m", "custom/m"], **asked)
    assert isinstance(raised.value.__cause__, ExceptionGroup)
    failed = [type(error) for error in raised.value.__cause__.exceptions]
    assert failed == [UnsupportedError, MissingKeyError]
    assert len(end.asked) == 1


@pytest.mark.parametrize("endpoint", PIECES)
async def test_a_stream_falls_back_before_its_first_piece(endpoint: str) -> None:
    pieces, ask = PIECES[endpoint]
    async with (
        far_end(BUSY, Saying(pieces=pieces)) as end,
        AsyncClient(base_urls={"custom": end.url}, retries=0) as client,
        await ask(client, MODELS) as stream,
    ):
        told = [piece async for piece in stream]
    assert {piece.model for piece in told} == {"custom/good"}


@pytest.mark.parametrize("endpoint", PIECES)
async def test_a_stream_that_has_begun_is_not_begun_again(endpoint: str) -> None:
    pieces, ask = PIECES[endpoint]
    broken = Saying(pieces=pieces[:1], then="break off")
    async with (
        far_end(broken, Saying(pieces=pieces)) as end,
        AsyncClient(base_urls={"custom": end.url}, retries=0) as client,
        await ask(client, ["custom/a", "custom/b"]) as stream,
    ):
        assert (await anext(stream)).model == "custom/a"
        with pytest.raises(ConnectionFailedError):
            await anext(stream)
    assert len(end.asked) == 1


async def test_sound_that_is_heard_as_it_comes_falls_back_before_the_first_of_it() -> None:
    async with far_end(BUSY, SPOKEN) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        speak = client.audio.speech.with_streaming_response.create
        async with speak(model=MODELS, input="Hello", voice="eve") as sound:
            assert sound.model == "custom/good"
            assert await sound.read() == b"ID3sound"


def test_sound_says_who_speaks_without_an_event_loop() -> None:
    with speaking(BUSY, SPOKEN) as (end, _), Client(base_urls={"custom": end.url}, retries=0) as client:
        speak = client.audio.speech.with_streaming_response.create
        with speak(model=MODELS, input="Hello", voice="eve") as sound:
            assert (sound.model, sound.read()) == ("custom/good", b"ID3sound")


async def test_a_key_and_an_address_given_for_one_model_are_not_shown_to_the_others() -> None:
    refused = Saying(status=401, kind=JSON, pieces=(b'{"error": "who?"}',))
    async with far_end(refused) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        with pytest.raises(AuthenticationError):
            await client.embeddings.create(model=["custom/a", "custom/b"], input="Hello", key="sk-only-for-the-first")
    first, second = end.asked
    assert first.headers["authorization"] == "Bearer sk-only-for-the-first"
    assert "authorization" not in second.headers


async def test_a_file_that_is_read_once_is_sent_to_each_model() -> None:
    answer = say(ANSWERS["transcription"])
    async with far_end(BUSY, answer) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        heard = await client.audio.transcriptions.create(model=["custom/a", "custom/b"], file=BytesIO(b"RIFFsound"))
    assert not isinstance(heard, str)
    assert heard.model == "custom/b"
    assert all(b"RIFFsound" in asked.body for asked in end.asked)


async def test_bare_text_comes_from_the_next_model_too() -> None:
    text = Saying(kind="text/plain", pieces=(b"Hello",))
    async with far_end(BUSY, text) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        create = client.audio.transcriptions.create
        assert await create(model=["custom/a", "custom/b"], file=SOUND, response_format="text") == "Hello"


STREAMED: dict[str, tuple[bytes, Callable[[Any], Any]]] = {
    "chat": (word("Hel"), lambda c: c.chat.completions.create(model="custom/m", messages=WORDS, stream=True)),
    **{
        endpoint: (pieces[0], lambda c, ask=ask: ask(c, "custom/m"))  # type: ignore[misc]  # ask is of this round
        for endpoint, (pieces, ask) in PIECES.items()
    },
}


@pytest.mark.parametrize("endpoint", STREAMED)
async def test_a_stream_that_is_closed_unread_hangs_up(endpoint: str) -> None:
    first, ask = STREAMED[endpoint]
    async with (
        far_end(Saying(pieces=(first,), then="fall silent")) as end,
        AsyncClient(base_urls={"custom": end.url}) as client,
    ):
        stream = await ask(client)
        await stream.close()
        await asyncio.wait_for(end.hung_up.wait(), 5)


async def test_sound_that_is_not_listened_to_hangs_up() -> None:
    sound = Saying(kind="audio/mpeg", pieces=(b"ID3",), then="fall silent")
    async with far_end(sound) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        async with client.audio.speech.with_streaming_response.create(model="custom/m", input="Hi", voice="eve"):
            pass
        await asyncio.wait_for(end.hung_up.wait(), 5)
