"""Answers of real providers beside chat, compared with what the official clients read from them."""

from __future__ import annotations

from typing import Any

import pytest

from omnichat import AsyncClient, NotFoundError
from tests.omnichat.far_end import Saying, far_end
from tests.omnichat.test_real_recordings import FOLDER, body_of, recordings

NAMES = {"gemini": "google", "voyage": "custom"}

pytestmark = pytest.mark.skipif(not FOLDER, reason="OMNICHAT_TEST_RECORDINGS names no folder")


async def asked(recording: dict[str, Any], method: str, **wish: Any) -> Any:
    """Return what the client makes of a recording, and check that it asks for it as it was asked for."""
    provider = NAMES.get(recording["provider"], recording["provider"])
    said = Saying(status=recording["status"], kind=recording["content_type"], pieces=(body_of(recording),))
    async with far_end(said) as end:
        async with AsyncClient(base_urls={provider: end.url}, keys={provider: "k"}, retries=0) as client:
            place: Any = client
            for name in method.split("."):
                place = getattr(place, name)
            found = await place(model=f"{provider}/{recording['model']}", **wish)
            if recording["kind"] == "stream":
                found = [piece async for piece in found]
        assert end.asked[0].path.rpartition("/")[2] == recording["request"]["path"].rpartition("/")[2]
        return found


def texts_of(body: dict[str, Any]) -> Any:
    if "requests" in body:
        return [part["text"] for request in body["requests"] for part in request["content"]["parts"]]
    return body.get("input") or body["texts"]


@pytest.mark.parametrize("recording", recordings("embeddings", {"embeddings"}))
async def test_recorded_vectors_have_the_recorded_length(recording: dict[str, Any]) -> None:
    body, expected = recording["request"]["body"], recording["expected"]
    form = {"encoding_format": body["encoding_format"]} if "encoding_format" in body else {}
    found = await asked(recording, "embeddings.create", input=texts_of(body), **form)
    assert [len(row.embedding) for row in found.data] == expected["dims"]
    for name in ("prompt_tokens", "total_tokens"):
        assert getattr(found.usage, name) == expected.get("usage", {}).get(name, getattr(found.usage, name))
    plain = await asked(recording, "embeddings.create", input=texts_of(body))
    assert all(isinstance(number, float) for row in plain.data for number in row.embedding)


@pytest.mark.parametrize("recording", recordings("json", {"completions"}) + recordings("stream", {"completions"}))
async def test_recorded_texts_say_what_the_official_client_read(recording: dict[str, Any]) -> None:
    stream = recording["kind"] == "stream"
    found = await asked(recording, "completions.create", prompt="Hello", stream=stream)
    pieces, expected = found if stream else [found], recording["expected"]
    choices = [choice for piece in pieces for choice in piece.choices]
    assert "".join(choice.text for choice in choices) == expected["text"]
    assert [choice.finish_reason for choice in choices if choice.finish_reason] == [expected["finish"]]
    used = [piece.usage for piece in pieces if piece.usage]
    for name in ("prompt_tokens", "completion_tokens", "total_tokens") if expected.get("usage") else ():
        assert getattr(used[-1], name) == expected["usage"][name]


@pytest.mark.parametrize("recording", recordings("json", {"images"}))
async def test_recorded_pictures_are_all_there(recording: dict[str, Any]) -> None:
    drawn = await asked(recording, "images.generate", prompt="A cat")
    assert len(drawn.data) == recording["expected"]["images"]
    assert all(image.url or image.b64_json for image in drawn.data)


@pytest.mark.parametrize("recording", recordings("error", {"embeddings"}))
async def test_a_recorded_refusal_is_raised(recording: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError, match="does not exist"):
        await asked(recording, "embeddings.create", input="Hello")
