"""What each provider is asked at its endpoints beside chat, and what is read from its answers."""

from __future__ import annotations

import struct
from base64 import b64encode
from typing import Any

import pytest

from omnichat import (
    ServerError,
)
from omnichat.media_answers import Transcription
from tests.omnichat.endpoints import at
from tests.omnichat.far_end import Saying, event
from tests.omnichat.forms import fields
from tests.omnichat.told_answers import ANSWERS, PICTURE, SOUND

PNG = b64encode(b"\x89PNG").decode()
DATA_URL = f"data:image/png;base64,{PNG}"
SAMPLES = struct.pack("<4h", 0, 1000, -1000, 0)


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
