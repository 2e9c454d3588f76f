"""Everything that can be said over a live connection."""

from __future__ import annotations

from typing import Any

import pytest

from omnichat.errors import BadRequestError
from omnichat.gemini_live import GeminiWire
from tests.omnichat.far_socket import far_socket
from tests.omnichat.test_realtime import connected

SAID: list[dict[str, Any]] = [
    {"type": "input_audio_buffer.append", "audio": "AAAA"},
    {"type": "input_audio_buffer.commit"},
    {"type": "input_audio_buffer.clear", "event_id": "mine"},
    {"type": "conversation.item.retrieve", "item_id": "item_1"},
    {"type": "conversation.item.truncate", "item_id": "item_1", "content_index": 0, "audio_end_ms": 250},
    {"type": "conversation.item.delete", "item_id": "item_1"},
    {"type": "response.cancel", "response_id": "resp_1"},
]


async def test_each_method_says_what_openai_calls_it() -> None:
    async with far_socket([{"client": event} for event in SAID]) as end, connected(end, "openai") as connection:
        await connection.input_audio_buffer.append(audio="AAAA")
        await connection.input_audio_buffer.commit()
        await connection.input_audio_buffer.clear(event_id="mine")
        await connection.conversation.item.retrieve(item_id="item_1")
        await connection.conversation.item.truncate(item_id="item_1", content_index=0, audio_end_ms=250)
        await connection.conversation.item.delete(item_id="item_1")
        await connection.response.cancel(response_id="resp_1")
        assert [event async for event in connection] == []
    assert end.heard == SAID


def test_sound_and_pictures_reach_gemini_in_its_own_words() -> None:
    parts = [
        {"type": "input_audio", "audio": "AAAA"},
        {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="},
    ]
    wire = GeminiWire("gemini-live")
    item = {"type": "message", "role": "user", "content": parts}
    wire.outgoing({"type": "conversation.item.create", "item": item})
    wire.outgoing({"type": "response.create"})
    _, due = wire.incoming({"setupComplete": {}})
    told = [part["inlineData"] for turn in due[0]["clientContent"]["turns"] for part in turn["parts"]]
    assert told == [
        {"mimeType": "audio/pcm;rate=24000", "data": "AAAA"},
        {"mimeType": "image/png", "data": "iVBORw0KGgo="},
    ]
    with pytest.raises(BadRequestError, match="a part without a type"):
        wire.outgoing({"type": "conversation.item.create", "item": {**item, "content": [{}]}})
