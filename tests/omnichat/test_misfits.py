"""Answers of the endpoints beside chat that do not hold what they should."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from omnichat import BadRequestError, ServerError, UnsupportedError
from omnichat.data_urls import Payload
from omnichat.media_answers import DurationUsage, Transcription, TranscriptionVerbose
from omnichat.provider import Endpoints
from omnichat.response_answers import ResponseStreamEvent
from tests.omnichat.endpoints import at
from tests.omnichat.far_end import JSON, Saying
from tests.omnichat.told_answers import PICTURE, SOUND

ROW = {"name": "files/abc", "displayName": "a.pdf", "sizeBytes": "5", "createTime": "yesterday"}
EMPTY = {"candidates": [{"content": {"parts": []}, "finishReason": "STOP"}]}
NO_BASE64 = {"candidates": [{"content": {"parts": [{"inlineData": {"mimeType": "audio/L16", "data": "A"}}]}}]}


@pytest.mark.parametrize(
    ("provider", "answer", "ask", "words"),
    [
        ("bedrock", {"embeddings": "x"}, lambda c, m: c.embeddings.create(model=m, input="Hi"), "sent no vectors"),
        (
            "custom",
            {"data": [{"embedding": "???"}]},
            lambda c, m: c.embeddings.create(model=m, input="Hi"),
            "sent a vector that is no base64",
        ),
        (
            "custom",
            {"data": [{"embedding": [10**400]}]},
            lambda c, m: c.embeddings.create(model=m, input="Hi", encoding_format="base64"),
            "sent a vector with a number too large",
        ),
        ("fireworks", {"base64": []}, lambda c, m: c.images.generate(model=m, prompt="A cat"), "drew nothing"),
        (
            "replicate",
            {"status": "succeeded", "output": []},
            lambda c, m: c.images.generate(model=m, prompt="A cat"),
            "drew nothing",
        ),
        ("google", EMPTY, lambda c, m: c.audio.speech.create(model=m, input="Hi", voice="Kore"), "said nothing"),
        (
            "google",
            NO_BASE64,
            lambda c, m: c.audio.speech.create(model=m, input="Hi", voice="Kore"),
            "sent something that is no base64",
        ),
        (
            "google",
            {},
            lambda c, m: c.files.create(file=("a.pdf", b"%PDF-"), provider="google"),
            "did not say where to send the file",
        ),
        ("google", {}, lambda c, m: c.files.retrieve("abc", provider="google"), "described no file"),
        (
            "custom",
            {"text": 5, "segments": "none"},
            lambda c, m: c.audio.transcriptions.create(model=m, file=SOUND, response_format="verbose_json"),
            "where str belongs",
        ),
        ("custom", [], lambda c, m: c.images.edit(model=m, image=PICTURE, prompt="A dog"), "sent"),
    ],
)
async def test_an_answer_without_what_was_asked_for_is_an_error(
    provider: str, answer: Any, ask: Callable[[Any, str], Any], words: str
) -> None:
    async with at(provider, answer) as (_, client):
        with pytest.raises(ServerError, match=words) as raised:
            await ask(client, f"{provider}/m")
    assert raised.value.provider == provider


async def test_what_is_optional_and_misfits_is_left_out() -> None:
    told = {"text": "Hello", "usage": {"type": "duration", "seconds": "1.5"}, "languages": [5], "logprobs": "none"}
    async with at("custom", told) as (_, client):
        heard = await client.audio.transcriptions.create(model="custom/m", file=SOUND)
    assert isinstance(heard, Transcription)
    assert (heard.text, heard.usage) == ("Hello", DurationUsage(seconds=1.5))
    assert (heard.languages, heard.logprobs) == (None, None)


async def test_numbers_that_are_none_are_left_out() -> None:
    told = {"text": "Hello", "duration": "long", "language": "english", "usage": {"type": "novel"}}
    async with at("custom", told) as (_, client):
        heard = await client.audio.transcriptions.create(model="custom/m", file=SOUND, response_format="verbose_json")
    assert isinstance(heard, TranscriptionVerbose)
    assert (heard.duration, heard.language, heard.usage) == (0, "english", None)


async def test_a_provider_without_tokens_takes_texts_alone() -> None:
    async with at("cohere", {}) as (end, client):
        with pytest.raises(BadRequestError, match="cohere: takes texts, and no tokens"):
            await client.embeddings.create(model="cohere/m", input=[[1, 2]])
    assert end.asked == []


async def test_cohere_writes_down_what_is_said() -> None:
    async with at("cohere", {"text": "Hello"}, {"text": "Hello"}) as (end, client):
        create = client.audio.transcriptions.create
        heard = await create(model="cohere/cohere-transcribe", file=SOUND, language="en")
        bare = await create(model="cohere/cohere-transcribe", file=SOUND, response_format="text")
    assert isinstance(heard, Transcription)
    assert heard.text == bare == "Hello"
    assert end.asked[0].path == "/v2/audio/transcriptions"


async def test_google_gives_a_file_back_and_dates_it_as_well_as_it_can() -> None:
    content = Saying(kind="application/pdf", pieces=(b"%PDF-",))
    async with at("google", Saying(kind=JSON, pieces=(json.dumps(ROW).encode(),)), content) as (end, client):
        file = await client.files.retrieve("abc", provider="google")
        given = await client.files.content(file.id, provider="google")
    assert (file.created_at, file.bytes, given.content) == (0, 5, b"%PDF-")
    assert end.asked[1].path == "/v1beta/files/abc:download?alt=media"


@pytest.mark.parametrize(
    "ask",
    [
        lambda endpoints: endpoints.complete("m", {}),
        lambda endpoints: endpoints.completion("m", {}),
        lambda endpoints: endpoints.embed("m", {}),
        lambda endpoints: endpoints.transcribe("m", SOUND, {}),
        lambda endpoints: endpoints.translate("m", SOUND, {}),
        lambda endpoints: endpoints.speak("m", {}),
        lambda endpoints: endpoints.draw("m", {}),
        lambda endpoints: endpoints.redraw("m", [], None, {}),
        lambda endpoints: endpoints.moderate("m", {}),
        lambda endpoints: endpoints.kept({}),
        lambda endpoints: endpoints.look_up("file-1"),
        lambda endpoints: endpoints.open("file-1"),
        lambda endpoints: endpoints.discard("file-1"),
    ],
)
def test_endpoints_that_promise_too_much_say_what_they_lack(ask: Callable[[Endpoints], Any]) -> None:
    with pytest.raises(UnsupportedError, match="lacks"):
        ask(Endpoints())


async def test_a_sound_is_written_to_a_file_by_either_name(tmp_path: Path) -> None:
    async with at("custom", Saying(kind="audio/mpeg", pieces=(b"ID3sound",))) as (_, client):
        sound = await client.audio.speech.create(model="custom/m", input="Hi", voice="eve")
    for write, name in ((sound.write_to_file, "one.mp3"), (sound.stream_to_file, "two.mp3")):
        await asyncio.to_thread(write, tmp_path / name)
        assert (tmp_path / name).read_bytes() == b"ID3sound"


def test_tokens_of_a_response_are_told_in_parts() -> None:
    used = {"input_tokens": 7, "input_tokens_details": {"cached_tokens": 5}, "output_tokens": 2}
    event = ResponseStreamEvent({"type": "response.completed", "sequence_number": 4, "response": {"usage": used}})
    assert event.response
    assert event.response.usage
    assert (event.sequence_number, event.response.usage.input_tokens_details.cached_tokens) == (4, 5)
    assert event.response.usage.total_tokens == 9


async def test_an_empty_file_is_empty() -> None:
    async with at("custom", Saying(kind="text/plain")) as (_, client):
        assert (await client.files.content("file-1", provider="custom")).content == b""
        async with client.files.with_streaming_response.content("file-1", provider="custom") as content:
            assert await content.read() == b""


def test_a_document_that_is_no_base64_is_read_as_nothing() -> None:
    assert Payload("text/plain", "A").text() == ""
    assert Payload("text/plain", "SGk=").text() == "Hi"
