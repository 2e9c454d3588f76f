"""The official client and ours, side by side, at every endpoint beside chat."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from openai import AsyncOpenAI

from omnichat import AsyncClient
from tests.omnichat.far_end import DONE, Asked, FarEnd, Saying, event, far_end
from tests.omnichat.forms import fields
from tests.omnichat.told_answers import ANSWERS, PICTURE, SOUND, say

Ask = Callable[[Any, Any], Awaitable[Any]]
WHOLE: dict[str, tuple[str, Ask]] = {
    "completions": ("completion", lambda c, m: c.completions.create(model=m, prompt="Hello", max_tokens=1, logprobs=1)),
    "embeddings": ("embeddings", lambda c, m: c.embeddings.create(model=m, input="Hello", dimensions=3)),
    "embeddings of several texts": ("embeddings", lambda c, m: c.embeddings.create(model=m, input=["Hello", "you"])),
    "embeddings of tokens": ("embeddings", lambda c, m: c.embeddings.create(model=m, input=[[1, 2], [3]])),
    "packed embeddings": (
        "embeddings",
        lambda c, m: c.embeddings.create(model=m, input="Hello", encoding_format="base64"),
    ),
    "moderations": ("moderation", lambda c, m: c.moderations.create(model=m, input="Hello")),
    "moderation of a picture": (
        "moderation",
        lambda c, m: c.moderations.create(
            model=m, input=[{"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}]
        ),
    ),
    "images": ("image", lambda c, m: c.images.generate(model=m, prompt="A cat", n=1, size="1024x1024")),
    "changed images": ("image", lambda c, m: c.images.edit(model=m, image=PICTURE, prompt="A cat", n=1)),
    "several changed images": (
        "image",
        lambda c, m: c.images.edit(model=m, image=[PICTURE, PICTURE], mask=PICTURE, prompt="A cat"),
    ),
    "transcriptions": (
        "transcription",
        lambda c, m: c.audio.transcriptions.create(
            model=m, file=SOUND, language="en", include=["logprobs"], chunking_strategy={"type": "server_vad"}
        ),
    ),
    "verbose transcriptions": (
        "verbose",
        lambda c, m: c.audio.transcriptions.create(
            model=m, file=SOUND, response_format="verbose_json", timestamp_granularities=["word", "segment"]
        ),
    ),
    "diarized transcriptions": (
        "diarized",
        lambda c, m: c.audio.transcriptions.create(model=m, file=SOUND, response_format="diarized_json"),
    ),
    "translations": ("translation", lambda c, m: c.audio.translations.create(model=m, file=SOUND, temperature=0.5)),
    "verbose translations": (
        "verbose translation",
        lambda c, m: c.audio.translations.create(model=m, file=SOUND, response_format="verbose_json"),
    ),
    "stored files": ("file", lambda c, m: c.files.create(file=("notes.txt", b"Hello"), purpose="user_data")),
    "described files": ("file", lambda c, m: c.files.retrieve("file-1")),
    "deleted files": ("deleted", lambda c, m: c.files.delete("file-1")),
}


@asynccontextmanager
async def both(*says: Saying) -> AsyncIterator[tuple[FarEnd, AsyncOpenAI, AsyncClient]]:
    async with far_end(*says) as end:
        official = AsyncOpenAI(base_url=end.url, api_key="sk-key", max_retries=0)
        async with AsyncClient(base_urls={"openai": end.url}, keys={"openai": "sk-key"}) as ours:
            yield end, official, ours
        await official.close()


def same(ours: Any, theirs: Any) -> None:
    """Check that all the official client tells is told here, by the same name; zeros may stand for what is unknown."""
    for name, value in theirs.items():
        if isinstance(value, dict):
            same(ours[name], value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            assert len(ours[name]) == len(value)
            for mine, other in zip(ours[name], value, strict=True):
                same(mine, other)
        elif value is not None and name != "model":
            assert ours[name] == value, name


def dumped(theirs: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic's, of base64 in place of numbers
        return theirs.model_dump()


def told(asked: Asked) -> tuple[str, str, Any]:
    """Return what counts of a request; the order of a form's fields does not."""
    if asked.headers.get("content-type", "").startswith("multipart/"):
        return asked.method, asked.path, sorted(fields(asked))
    return asked.method, asked.path, asked.body


@pytest.mark.filterwarnings("ignore:deprecated")
@pytest.mark.parametrize("endpoint", WHOLE)
async def test_requests_and_answers_are_those_of_the_official_client(endpoint: str) -> None:
    answer, ask = WHOLE[endpoint]
    async with both(say(ANSWERS[answer])) as (end, official, client):
        theirs, ours = await ask(official, "m"), await ask(client, "openai/m")
    same(ours.model_dump(), dumped(theirs))
    assert told(end.asked[1]) == told(end.asked[0])
    assert end.asked[1].headers["authorization"] == "Bearer sk-key"


async def test_files_are_listed_page_or_loop() -> None:
    async with both(say(ANSWERS["files"])) as (end, official, client):
        theirs, ours = await official.files.list(limit=5), await client.files.list(limit=5)
        one_by_one = [file.id async for file in client.files.list()]
        again = [file.id async for file in ours]
    same(ours.model_dump(), {"data": [file.model_dump() for file in theirs.data], "object": "list"})
    assert one_by_one == again == [file.id for file in ours] == ["file-1"]
    assert told(end.asked[1]) == told(end.asked[0])


@pytest.mark.parametrize("form", ["text", "srt", "vtt"])
async def test_a_bare_transcript_is_text(form: Any) -> None:
    words = "1\n00:00:00,000 --> 00:00:01,500\nHello\n\n"
    async with both(Saying(kind="text/plain; charset=utf-8", pieces=(words.encode(),))) as (_, official, client):
        theirs = await official.audio.transcriptions.create(model="m", file=SOUND, response_format=form)
        ours = await client.audio.transcriptions.create(model="openai/m", file=SOUND, response_format=form)
        english = await client.audio.translations.create(model="openai/m", file=SOUND, response_format=form)
    assert ours == theirs == english == words


async def test_speech_and_files_come_as_bytes(tmp_path: Any) -> None:
    pieces = (b"ID3", b"\x00\xff" * 40, b"end")
    async with both(Saying(kind="audio/mpeg", pieces=pieces, gap=0.01)) as (end, official, client):
        theirs = await official.audio.speech.create(model="m", input="Hello", voice="alloy")
        ours = await client.audio.speech.create(model="openai/m", input="Hello", voice="alloy")
        content = await client.files.content("file-1")
        assert ours.content == theirs.content == ours.read() == await ours.aread() == content.content
        assert b"".join(ours.iter_bytes(7)) == b"".join([piece async for piece in ours.aiter_bytes()]) == ours.content
        await ours.astream_to_file(tmp_path / "whole.mp3")
        async with client.audio.speech.with_streaming_response.create(
            model="openai/m", input="Hello", voice="alloy", response_format="pcm"
        ) as sound:
            heard = [piece async for piece in sound.iter_bytes(10)]
        async with client.files.with_streaming_response.content("file-1") as file:
            await file.stream_to_file(tmp_path / "streamed.mp3")
    assert b"".join(heard) == theirs.content == (tmp_path / "streamed.mp3").read_bytes()
    assert (tmp_path / "whole.mp3").read_bytes() == theirs.content
    assert {len(piece) for piece in heard[:-1]} == {10}
    assert told(end.asked[1]) == told(end.asked[0])
    assert end.asked[2].path == "/files/file-1/content"


PIECES: dict[str, tuple[tuple[bytes, ...], Ask]] = {
    "completions": (
        (
            event({**ANSWERS["completion"], "choices": [{"text": " the", "index": 0, "finish_reason": None}]}),
            event({**ANSWERS["completion"], "choices": [{"text": "re", "index": 0, "finish_reason": "stop"}]}),
            event({**ANSWERS["completion"], "choices": []}),
            DONE,
        ),
        lambda c, m: c.completions.create(model=m, prompt="Hello", stream=True),
    ),
    "transcriptions": (
        (
            event({"type": "transcript.text.delta", "delta": "Hel", "logprobs": [{"token": "Hel", "logprob": -0.1}]}),
            event({"type": "transcript.text.delta", "delta": "lo"}),
            event({"type": "transcript.text.done", "text": "Hello", "usage": ANSWERS["transcription"]["usage"]}),
        ),
        lambda c, m: c.audio.transcriptions.create(model=m, file=SOUND, stream=True),
    ),
    "images": (
        (
            event(
                {
                    "type": "image_generation.partial_image",
                    "b64_json": "aW4gcHJvZ3Jlc3M=",
                    "created_at": 1,
                    "partial_image_index": 0,
                    "size": "auto",
                    "quality": "low",
                    "background": "auto",
                    "output_format": "png",
                }
            ),
            event({"type": "image_generation.completed", "b64_json": "ZG9uZQ==", "usage": ANSWERS["image"]["usage"]}),
        ),
        lambda c, m: c.images.generate(model=m, prompt="A cat", stream=True, partial_images=1),
    ),
}


@pytest.mark.parametrize("endpoint", PIECES)
async def test_streams_are_those_of_the_official_client(endpoint: str) -> None:
    pieces, ask = PIECES[endpoint]
    async with both(Saying(pieces=pieces)) as (end, official, client):
        theirs = [piece.model_dump() async for piece in await ask(official, "m")]
        async with await ask(client, "openai/m") as stream:
            ours = [piece.model_dump() async for piece in stream]
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        same(mine, other)
    assert told(end.asked[1]) == told(end.asked[0])
