"""What each provider is asked at its endpoints beside chat, and what is read from its answers."""

from __future__ import annotations

import io
import json
import struct
import wave
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from omnichat import (
    AsyncClient,
    BadRequestError,
    Capability,
    ConnectionFailedError,
    ContentFilterError,
    ServerError,
    UnsupportedError,
    every_provider,
)
from omnichat.media_answers import Transcription
from tests.omnichat.far_end import JSON, FarEnd, Saying, event, far_end
from tests.omnichat.forms import fields
from tests.omnichat.test_endpoint_shapes import ANSWERS, SOUND, say

PNG = b64encode(b"\x89PNG").decode()
PICTURE = ("cat.png", b"\x89PNG", "image/png")
DATA_URL = f"data:image/png;base64,{PNG}"
SAMPLES = struct.pack("<4h", 0, 1000, -1000, 0)


@asynccontextmanager
async def at(provider: str, *answers: Any) -> AsyncIterator[tuple[FarEnd, AsyncClient]]:
    says = [answer if isinstance(answer, Saying) else say(answer) for answer in answers]
    async with far_end(*says) as end:
        urls = {provider: f"{end.url}/v1beta" if provider == "google" else end.url}
        keys = {provider: "sk-key"}
        async with AsyncClient(base_urls=urls, keys=keys, retries=0) as client:
            yield end, client


def vectors(found: Any) -> list[Any]:
    return [row.embedding for row in found.data]


async def test_cohere_makes_vectors_of_96_texts_at_once() -> None:
    def told(size: int) -> Any:
        billed = {"meta": {"billed_units": {"input_tokens": size}}}
        return {"id": "e", "embeddings": {"float": [[0.5, 1.0]] * size}, "texts": [], **billed}

    async with at("cohere", told(96), told(4)) as (end, client):
        found = await client.embeddings.create(
            model="cohere/embed-v4.0", input=["a"] * 100, dimensions=2, input_type="search_query"
        )
    assert [asked.path for asked in end.asked] == ["/v2/embed"] * 2
    assert end.asked[1].body == {
        "model": "embed-v4.0",
        "texts": ["a"] * 4,
        "input_type": "search_query",
        "embedding_types": ["float"],
        "output_dimension": 2,
    }
    assert len(found.data) == found.usage.prompt_tokens == 100
    assert [row.index for row in found.data] == list(range(100))


async def test_gemini_makes_vectors_in_batches() -> None:
    told = {"embeddings": [{"values": [0.25, 0.5]}] * 2, "usageMetadata": {"promptTokenCount": 7}}
    async with at("google", told) as (end, client):
        found = await client.embeddings.create(
            model="google/gemini-embedding-2",
            input=["a", "b"],
            dimensions=2,
            encoding_format="base64",
            taskType="RETRIEVAL_QUERY",
        )
    assert end.asked[0].path == "/v1beta/models/gemini-embedding-2:batchEmbedContents"
    assert end.asked[0].body["requests"][0] == {
        "model": "models/gemini-embedding-2",
        "content": {"parts": [{"text": "a"}]},
        "outputDimensionality": 2,
        "taskType": "RETRIEVAL_QUERY",
    }
    assert vectors(found) == [b64encode(struct.pack("<2f", 0.25, 0.5)).decode()] * 2
    assert found.usage.total_tokens == 7


async def test_ollama_makes_vectors_by_its_own_call_and_texts_by_openais() -> None:
    native = {"model": "m", "embeddings": [[0.1, 0.2]], "prompt_eval_count": 3}
    async with at("ollama", native, ANSWERS["completion"]) as (end, client):
        found = await client.embeddings.create(model="ollama/nomic", input="a", dimensions=2)
        text = await client.completions.create(model="ollama/m", prompt="Hello")
    assert [asked.path for asked in end.asked] == ["/api/embed", "/v1/completions"]
    assert end.asked[0].body == {"model": "nomic", "input": ["a"], "dimensions": 2}
    assert (vectors(found), found.usage.prompt_tokens, found.model) == ([[0.1, 0.2]], 3, "ollama/nomic")
    assert text.choices[0].text == " there"


async def test_perplexity_packs_vectors_as_bytes() -> None:
    rows = [{"index": 0, "embedding": b64encode(struct.pack("3b", -128, 0, 127)).decode()}]
    async with at("perplexity", {"data": rows, "usage": {"total_tokens": 2}}) as (end, client):
        found = await client.embeddings.create(model="perplexity/pplx-embed-v1-4b", input="a")
    assert end.asked[0].path == "/v1/embeddings"
    assert end.asked[0].body["encoding_format"] == "base64_int8"
    assert vectors(found) == [[-128.0, 0.0, 127.0]]


async def test_hugging_face_answers_bare() -> None:
    picture = Saying(kind="image/png", pieces=(b"\x89PNG",))
    async with at("huggingface", [[0.5, 1]], {"text": "Hello"}, picture) as (end, client):
        found = await client.embeddings.create(model="huggingface/intfloat/e5", input="a")
        heard = await client.audio.transcriptions.create(model="huggingface/openai/whisper", file=SOUND)
        drawn = await client.images.generate(model="huggingface/bfl/flux", prompt="A cat", size="640x480")
    assert [asked.path for asked in end.asked] == [
        "/intfloat/e5/pipeline/feature-extraction",
        "/openai/whisper",
        "/bfl/flux",
    ]
    assert end.asked[0].body == {"inputs": ["a"]}
    assert (end.asked[1].body, end.asked[1].headers["content-type"]) == (SOUND[1], "audio/mpeg")
    assert end.asked[2].body == {"inputs": "A cat", "parameters": {"width": 640, "height": 480}}
    assert vectors(found) == [[0.5, 1]]
    assert isinstance(heard, Transcription)
    assert drawn.data[0].b64_json == PNG


async def test_mistral_goes_on_with_code_and_judges_in_its_own_words() -> None:
    code = {
        "id": "f",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"content": "1\n"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    categories = {"sexual": False, "hate_and_discrimination": True, "selfharm": False, "pii": True}
    scores = {"sexual": 0.1, "hate_and_discrimination": 0.9, "selfharm": 0.0, "pii": 0.8}
    judged = {"id": "j", "model": "m", "results": [{"categories": categories, "category_scores": scores}]}
    async with at("mistral", code, judged, {"audio_data": b64encode(b"ID3").decode()}) as (end, client):
        text = await client.completions.create(model="mistral/codestral", prompt="def f():", suffix="return x")
        found = (await client.moderations.create(model="mistral/mistral-moderation", input="Hello")).results[0]
        spoken = await client.audio.speech.create(model="mistral/voxtral-tts", input="Hi", voice="en_paul")
    assert end.asked[0].path == "/fim/completions"
    assert end.asked[0].body == {"model": "codestral", "prompt": "def f():", "suffix": "return x"}
    assert (text.choices[0].text, text.object) == ("1\n", "text_completion")
    assert found.flagged
    assert (found.categories.hate, found.categories.self_harm, found.category_scores.hate) == (True, False, 0.9)
    assert found.categories.pii  # type: ignore[attr-defined]  # Mistral's own
    assert end.asked[2].body == {"model": "voxtral-tts", "input": "Hi", "voice_id": "en_paul"}
    assert spoken.content == b"ID3"


async def test_code_from_mistral_streams_as_text() -> None:
    pieces = tuple(
        event({"id": "f", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": end}]})
        for text, end in (("1", None), ("\n", "stop"))
    )
    async with at("mistral", Saying(pieces=pieces)) as (_, client):
        stream = await client.completions.create(model="mistral/codestral", prompt="x = ", stream=True)
        assert [piece.choices[0].text async for piece in stream] == ["1", "\n"]


async def test_openrouter_takes_sound_and_pictures_inside_json() -> None:
    async with at("openrouter", {"text": "Hello", "usage": {"seconds": 2.0, "cost": 0.1}}, ANSWERS["image"]) as (
        end,
        client,
    ):
        heard = await client.audio.transcriptions.create(model="openrouter/openai/whisper-1", file=SOUND, language="en")
        drawn = await client.images.edit(model="openrouter/x/draw", image=PICTURE, prompt="A dog")
    assert end.asked[0].body == {
        "model": "openai/whisper-1",
        "language": "en",
        "input_audio": {"data": b64encode(SOUND[1]).decode(), "format": "mp3"},
    }
    assert isinstance(heard, Transcription)
    assert heard.text == "Hello"
    assert end.asked[1].path.endswith("/images")
    assert end.asked[1].body["input_references"] == [{"type": "image_url", "image_url": {"url": DATA_URL}}]
    assert drawn.data[0].b64_json


async def test_xai_speaks_by_its_own_call_and_takes_pictures_inside_json() -> None:
    sound = Saying(kind="audio/mpeg", pieces=(b"ID3",))
    async with at("xai", sound, ANSWERS["image"]) as (end, client):
        spoken = await client.audio.speech.create(model="xai/tts", input="Hi", voice="eve", response_format="wav")
        await client.images.edit(model="xai/grok-imagine-image", image=PICTURE, prompt="A dog")
    assert spoken.content == b"ID3"
    assert end.asked[0].path.endswith("/tts")
    assert end.asked[0].body == {
        "text": "Hi",
        "voice_id": "eve",
        "language": "auto",
        "output_format": {"codec": "wav"},
    }
    assert end.asked[1].body["image"] == {"url": DATA_URL, "type": "image_url"}


async def test_fireworks_and_together_draw_in_their_own_ways() -> None:
    async with at("fireworks", {"base64": [PNG], "id": "1"}) as (end, client):
        drawn = await client.images.generate(
            model="fireworks/flux-1-schnell-fp8", prompt="A cat", n=2, size="1024x768", seed=3
        )
    assert end.asked[0].path.endswith("/workflows/accounts/fireworks/models/flux-1-schnell-fp8/text_to_image")
    assert end.asked[0].body == {"prompt": "A cat", "aspect_ratio": "4:3", "seed": 3}
    assert [image.b64_json for image in drawn.data] == [PNG, PNG]
    async with at("together", ANSWERS["image"]) as (end, client):
        await client.images.edit(model="together/black-forest-labs/kontext", image=PICTURE, prompt="A dog")
    assert end.asked[0].path.endswith("/images/generations")
    assert end.asked[0].body["image_url"] == DATA_URL


async def test_deepseek_goes_on_with_code_at_its_beta() -> None:
    async with at("deepseek", ANSWERS["completion"]) as (end, client):
        await client.completions.create(model="deepseek/deepseek-chat", prompt="def f():", suffix="return")
    assert end.asked[0].path == "/beta/completions"


async def test_anthropic_and_openai_keep_files_alike() -> None:
    row = {
        "id": "file_1",
        "type": "file",
        "filename": "a.pdf",
        "mime_type": "application/pdf",
        "size_bytes": 5,
        "created_at": "2026-11-21T00:00:00Z",
        "downloadable": False,
    }
    listed = {"data": [row], "has_more": True, "first_id": "file_1", "last_id": "file_1"}
    async with at("anthropic", row, listed, {"id": "file_1", "type": "file_deleted"}) as (end, client):
        kept = await client.files.create(file=("a.pdf", b"%PDF-"), provider="anthropic")
        page = await client.files.list(provider="anthropic", limit=1)
        gone = await client.files.delete("file_1", provider="anthropic")
    assert [asked.path for asked in end.asked] == ["/v1/files", "/v1/files?limit=1", "/v1/files/file_1"]
    assert end.asked[0].headers["x-api-key"] == "sk-key"
    assert [field.name for field in fields(end.asked[0])] == ["file"]
    assert (kept.id, kept.bytes, kept.filename, kept.created_at) == ("file_1", 5, "a.pdf", 1795219200)
    assert (page.data, page.has_more, gone.deleted) == ([kept], True, True)


async def test_google_keeps_files_in_two_steps() -> None:
    row = {
        "name": "files/abc",
        "displayName": "a.pdf",
        "sizeBytes": "5",
        "createTime": "2026-11-21T00:00:00.5Z",
        "expirationTime": "2026-11-23T00:00:00Z",
        "state": "PROCESSING",
    }
    begun = Saying(kind=JSON, headers={"X-Goog-Upload-Url": "placeholder"}, pieces=(b"{}",))
    async with at("google", begun, {"file": row}, {"files": [row], "nextPageToken": "x/y"}, {"files": []}, row, {}) as (
        end,
        client,
    ):
        end.says[0] = Saying(kind=JSON, headers={"X-Goog-Upload-URL": f"{end.url}/up?id=1"}, pieces=(b"{}",))
        kept = await client.files.create(file=("a.pdf", b"%PDF-"), provider="google")
        page = await client.files.list(provider="google")
        again = await client.files.retrieve(kept.id, provider="google")
        gone = await client.files.delete("abc", provider="google")
    assert [(asked.method, asked.path) for asked in end.asked] == [
        ("POST", "/upload/v1beta/files"),
        ("POST", "/up?id=1"),
        ("GET", "/v1beta/files?pageSize=100"),
        ("GET", "/v1beta/files?pageSize=100&pageToken=x%2Fy"),
        ("GET", "/v1beta/files/abc"),
        ("DELETE", "/v1beta/files/abc"),
    ]
    assert end.asked[0].headers["x-goog-upload-header-content-type"] == "application/pdf"
    assert end.asked[0].headers["x-goog-upload-header-content-length"] == "5"
    assert end.asked[1].body == b"%PDF-"
    assert end.asked[1].headers["x-goog-upload-command"] == "upload, finalize"
    assert (kept.id, kept.bytes, kept.status, kept.created_at) == ("files/abc", 5, "uploaded", 1795219200)
    assert page.data == [again] == [kept]
    assert gone.deleted


def gemini(*parts: Any, **more: Any) -> Any:
    used = {"promptTokenCount": 4, "candidatesTokenCount": 6}
    return {"candidates": [{"content": {"parts": list(parts)}, "finishReason": "STOP"}], "usageMetadata": used, **more}


async def test_gemini_speaks_hears_and_draws() -> None:
    spoken = gemini({"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=16000", "data": b64encode(SAMPLES).decode()}})
    heard = gemini({"text": "hm", "thought": True}, {"text": "Hello\n"})
    drawn = gemini({"text": "A cat."}, {"inlineData": {"mimeType": "image/png", "data": PNG}})
    async with at("google", spoken, spoken, heard, heard, drawn, drawn) as (end, client):
        whole = await client.audio.speech.create(model="google/g-tts", input="Hi", voice="Kore", instructions="Whisper")
        bare = await client.audio.speech.create(model="google/g-tts", input="Hi", voice="Kore", response_format="pcm")
        words = await client.audio.transcriptions.create(model="google/g", file=SOUND, language="en")
        english = await client.audio.translations.create(model="google/g", file=SOUND, response_format="text")
        picture = await client.images.generate(model="google/g-image", prompt="A cat", size="1536x1024")
        changed = await client.images.edit(model="google/g-image", image=PICTURE, prompt="A dog")
    with wave.open(io.BytesIO(whole.content)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.readframes(9)) == (16000, 1, SAMPLES)
    assert bare.content == SAMPLES
    assert end.asked[0].path == "/v1beta/models/g-tts:generateContent"
    assert end.asked[0].body["contents"][0]["parts"] == [{"text": "Whisper: Hi"}]
    voice = end.asked[0].body["generationConfig"]["speechConfig"]["voiceConfig"]
    assert voice == {"prebuiltVoiceConfig": {"voiceName": "Kore"}}
    assert isinstance(words, Transcription)
    assert (words.text, english) == ("Hello", "Hello")
    inline = {"inlineData": {"mimeType": "audio/mpeg", "data": b64encode(SOUND[1]).decode()}}
    assert end.asked[2].body["contents"][0]["parts"][1] == inline
    assert end.asked[4].body["generationConfig"] == {
        "responseModalities": ["TEXT", "IMAGE"],
        "imageConfig": {"aspectRatio": "3:2"},
    }
    assert (picture.data[0].b64_json, picture.data[0].revised_prompt) == (PNG, "A cat.")
    assert picture.usage
    assert picture.usage.total_tokens == 10
    assert end.asked[5].body["contents"][0]["parts"][0]["inlineData"]["mimeType"] == "image/png"
    assert changed.data


async def test_imagen_predicts_pictures_and_says_what_it_may_not_draw() -> None:
    told = {"predictions": [{"mimeType": "image/png", "bytesBase64Encoded": PNG}] * 2}
    blocked = {"predictions": [{"raiFilteredReason": "Not this."}]}
    async with at("google", told, blocked) as (end, client):
        drawn = await client.images.generate(model="google/imagen-4.0", prompt="A cat", n=2)
        with pytest.raises(ContentFilterError, match="Not this"):
            await client.images.generate(model="google/imagen-4.0", prompt="A cat")
    assert end.asked[0].body == {"instances": [{"prompt": "A cat"}], "parameters": {"sampleCount": 2}}
    assert len(drawn.data) == 2


async def test_gemini_says_what_it_may_not_draw_or_cannot() -> None:
    blocked = {"candidates": [{"finishReason": "IMAGE_SAFETY", "finishMessage": "Unsafe."}]}
    async with at("google", blocked, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, gemini()) as (
        _,
        client,
    ):
        for _attempt in range(2):
            with pytest.raises(ContentFilterError):
                await client.images.generate(model="google/g-image", prompt="A cat")
        with pytest.raises(ServerError, match="drew nothing"):
            await client.images.generate(model="google/g-image", prompt="A cat")
        with pytest.raises(BadRequestError, match="mask"):
            await client.images.edit(model="google/g-image", image=PICTURE, mask=PICTURE, prompt="A cat")
        with pytest.raises(BadRequestError, match="words alone"):
            await client.audio.transcriptions.create(model="google/g", file=SOUND, response_format="srt")


async def test_replicate_draws_while_we_look_on() -> None:
    begun = {"id": "p1", "status": "processing"}
    done = {"id": "p1", "status": "succeeded", "output": ["https://example.org/cat.png"]}
    failed = {"id": "p1", "status": "failed", "error": "out of paint"}
    async with at("replicate", begun, begun, done, failed) as (end, client):
        drawn = await client.images.generate(model="replicate/bfl/flux", prompt="A cat", n=1, size="1024x1024")
        with pytest.raises(ServerError, match="out of paint"):
            await client.images.edit(model="replicate/bfl/flux", image=PICTURE, prompt="A cat")
    assert [asked.path.removeprefix("/v1") for asked in end.asked] == [
        "/models/bfl/flux/predictions",
        "/predictions/p1",
        "/predictions/p1",
        "/models/bfl/flux/predictions",
    ]
    assert end.asked[0].headers["prefer"] == "wait=60"
    assert end.asked[0].body == {"input": {"prompt": "A cat", "num_outputs": 1, "aspect_ratio": "1:1"}}
    assert end.asked[3].body["input"]["image"] == DATA_URL
    assert drawn.data[0].url == "https://example.org/cat.png"


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
