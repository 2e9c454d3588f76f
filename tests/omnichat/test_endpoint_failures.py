"""What goes wrong at the endpoints beside chat, and what is never offered there."""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from typing import Any

import pytest

from omnichat import (
    AsyncClient,
    BadRequestError,
    Capability,
    ConnectionFailedError,
    ServerError,
    UnsupportedError,
    every_provider,
)
from tests.omnichat.endpoints import at
from tests.omnichat.far_end import JSON, Saying, event
from tests.omnichat.told_answers import ANSWERS, PICTURE, SOUND

PNG = b64encode(b"\x89PNG").decode()
DATA_URL = f"data:image/png;base64,{PNG}"
SAMPLES = struct.pack("<4h", 0, 1000, -1000, 0)


async def test_what_a_provider_does_not_offer_is_named() -> None:
    asks: dict[Capability, Any] = {
        Capability.COMPLETIONS: lambda c, p: c.completions.create(model=f"{p}/m", prompt="Hello"),
        Capability.EMBEDDINGS: lambda c, p: c.embeddings.create(model=f"{p}/m", input="Hello"),
        Capability.TRANSCRIPTION: lambda c, p: c.audio.transcriptions.create(model=f"{p}/m", file=SOUND),
        Capability.TRANSLATION: lambda c, p: c.audio.translations.create(model=f"{p}/m", file=SOUND),
        Capability.SPEECH: lambda c, p: c.audio.speech.create(model=f"{p}/m", input="Hello", voice="eve"),
        Capability.IMAGES: lambda c, p: c.images.generate(model=f"{p}/m", prompt="A cat"),
        Capability.IMAGE_EDITS: lambda c, p: c.images.edit(model=f"{p}/m", image=PICTURE, prompt="A cat"),
        Capability.MODERATION: lambda c, p: c.moderations.create(model=f"{p}/m", input="Hello"),
        Capability.STORAGE: lambda c, p: c.files.retrieve("file-1", provider=p),
    }
    async with AsyncClient() as client:
        for provider in every_provider().values():
            for needed, ask in asks.items():
                if needed not in provider.endpoints.offers:
                    with pytest.raises(UnsupportedError, match=f"lacks {needed.names[0]}"):
                        await ask(client, provider.name)
                else:
                    assert needed in provider.offers


@pytest.mark.parametrize("name", ["", ".", "..", "a/../../models", "a?b#c"])
async def test_no_file_id_leads_out_of_the_files(name: str) -> None:
    async with at("custom", ANSWERS["file"]) as (end, client):
        try:
            await client.files.retrieve(name, provider="custom")
        except BadRequestError:
            assert end.asked == []
        else:
            assert end.asked[0].path.startswith("/v1/files/a%")


async def test_a_text_that_breaks_off_is_no_text() -> None:
    piece = event({"id": "c", "choices": [{"index": 0, "text": "Hel", "finish_reason": None}]})
    async with at("custom", Saying(pieces=(piece,))) as (_, client):
        stream = await client.completions.create(model="custom/m", prompt="Hello", stream=True)
        assert (await anext(stream)).choices[0].text == "Hel"
        with pytest.raises(ConnectionFailedError, match="custom: the answer broke off"):
            await anext(stream)


async def test_an_error_in_a_stream_is_raised() -> None:
    piece = event({"error": {"message": "no more", "type": "server_error"}})
    async with at("custom", Saying(pieces=(piece,))) as (_, client):
        with pytest.raises(ServerError, match="no more"):
            await client.completions.create(model="custom/m", prompt="Hello", stream=True)


ASKS: dict[str, Any] = {
    "embeddings": lambda client: client.embeddings.create(model="custom/m", input="Hello", encoding_format="base64"),
    "completions": lambda client: client.completions.create(model="custom/m", prompt="Hello"),
    "images": lambda client: client.images.generate(model="custom/m", prompt="A cat"),
    "moderations": lambda client: client.moderations.create(model="custom/m", input="Hello"),
    "transcriptions": lambda client: client.audio.transcriptions.create(model="custom/m", file=SOUND),
    "files": lambda client: client.files.retrieve("file-1", provider="custom"),
}


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"data": [{"embedding": {}}], "choices": 5}', b"<html>"])
@pytest.mark.parametrize("endpoint", ASKS)
async def test_an_answer_that_is_none_is_an_error_of_the_provider(endpoint: str, body: bytes) -> None:
    async with at("custom", Saying(kind=JSON, pieces=(body,) if body else ())) as (_, client):
        try:
            found = await ASKS[endpoint](client)
        except ServerError as error:
            told = str(error)
        else:
            told = f"custom: {found}"
            assert endpoint in {"completions", "images"}
            assert body.startswith(b"{")
    assert told.startswith("custom: ")


async def test_headers_query_and_fields_of_the_callers_own_are_sent() -> None:
    async with at("custom", ANSWERS["embeddings"]) as (end, client):
        await client.embeddings.create(
            model="custom/m",
            input="Hello",
            user=None,
            timeout=5,
            extra_headers={"X-Own": "1"},
            extra_query={"a": "b c"},
            extra_body={"own": True},
        )
    assert end.asked[0].path == "/v1/embeddings?a=b+c"
    assert end.asked[0].headers["x-own"] == "1"
    assert end.asked[0].body == {"model": "m", "input": "Hello", "own": True}


async def test_an_address_typed_by_a_person_may_not_lead_inside() -> None:
    async with at("custom", ANSWERS["embeddings"]) as (end, client):
        with pytest.raises(Exception, match="private network"):
            await client.embeddings.create(model="custom/m", input="Hello", base_url=end.url)
    assert end.asked == []


def test_what_is_offered_is_told_by_flag() -> None:
    groq = every_provider()["groq"]
    assert groq.transcription_support
    assert groq.speech_support
    assert not groq.image_generation_support
    assert json.dumps(every_provider()["openai"].capabilities("whisper-1").names) == '["transcription", "translation"]'


@pytest.mark.parametrize(
    ("provider", "answer"), [("ollama", {"embedding": [1.0]}), ("custom", {"data": []}), ("cohere", {"embeddings": {}})]
)
async def test_an_answer_without_vectors_is_an_error(provider: str, answer: dict[str, Any]) -> None:
    async with at(provider, answer) as (_, client):
        with pytest.raises(ServerError, match=f"{provider}: sent no vectors"):
            await client.embeddings.create(model=f"{provider}/m", input=["tide", "moon"])
