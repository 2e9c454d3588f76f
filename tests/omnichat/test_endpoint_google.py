"""What Google is asked beside chat, and what is read from its answers."""

from __future__ import annotations

import io
import struct
import wave
from base64 import b64encode
from typing import Any

import pytest

from omnichat import (
    BadRequestError,
    ContentFilterError,
    ServerError,
)
from omnichat.media_answers import Transcription
from tests.omnichat.endpoints import at
from tests.omnichat.far_end import JSON, Saying
from tests.omnichat.told_answers import PICTURE, SOUND

PNG = b64encode(b"\x89PNG").decode()
DATA_URL = f"data:image/png;base64,{PNG}"
SAMPLES = struct.pack("<4h", 0, 1000, -1000, 0)


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
    assert [row.embedding for row in found.data] == [b64encode(struct.pack("<2f", 0.25, 0.5)).decode()] * 2
    assert found.usage.total_tokens == 7


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
