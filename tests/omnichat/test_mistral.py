"""Mistral, where it is not like OpenAI: contents as a list, both ways."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnichat.deltas import CitationDelta, Delta, FinishDelta, ProviderDataDelta, TextDelta, ThinkingDelta
from omnichat.errors import BadRequestError, RateLimitError
from omnichat.messages import AudioPart, ChatRequest, FilePart, ImagePart, Message, TextPart, ToolCall
from omnichat.refusals import refusal
from omnichat.registry import every_provider
from tests.omnichat.far_end import DONE, END, SSE, event, word
from tests.omnichat.telling import read_body

MISTRAL = every_provider()["mistral"].dialect
PDF = "data:application/pdf;base64,JVBERg=="
THOUGHT = {"type": "thinking", "thinking": [{"type": "text", "text": "Spring tide."}], "closed": True}


def asked(*messages: Message) -> list[dict[str, Any]]:
    body = MISTRAL.chat(ChatRequest(model="mistral-medium-latest", messages=messages)).json or {}
    return list(body["messages"])


def content(*pieces: object) -> bytes:
    return event({"choices": [{"index": 0, "delta": {"content": list(pieces)}}]})


def thinking(text: str, **rest: object) -> dict[str, object]:
    return {"type": "thinking", "thinking": [{"type": "text", "text": text}], **rest}


async def told(*events: bytes, kind: str = SSE) -> list[Delta]:
    deltas: list[Delta] = []
    await read_body(MISTRAL, b"".join(events), kind, deltas)
    return deltas


def test_addresses_are_bare() -> None:
    parts = (
        TextPart("What is this?"),
        ImagePart("https://example.com/a.png"),
        ImagePart("https://example.com/b.png", "high"),
        FilePart(PDF, "tides.pdf"),
        FilePart("file-1", "stored.pdf"),
        AudioPart("data:audio/mpeg;base64,SUQz"),
    )
    assert asked(Message(role="user", parts=parts))[0]["content"] == [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": "https://example.com/a.png"},
        {"type": "image_url", "image_url": {"url": "https://example.com/b.png", "detail": "high"}},
        {"type": "document_url", "document_url": PDF, "document_name": "tides.pdf"},
        {"type": "file", "file_id": "file-1"},
        {"type": "input_audio", "input_audio": "SUQz"},
    ]


async def test_reasoning_is_kept_whole_and_goes_back_among_the_contents() -> None:
    deltas = await told(
        content(thinking("Spring")),
        content(thinking(" tide.", closed=True)),
        content({"type": "text", "text": "High."}),
        content(thinking("Or neap?", closed=True, signature="c2ln")),
        END,
        DONE,
    )
    again = {**thinking("Or neap?"), "closed": True, "signature": "c2ln"}
    assert [one.text for one in deltas if isinstance(one, ThinkingDelta)] == ["Spring", " tide.", "Or neap?"]
    kept = [one.data for one in deltas if isinstance(one, ProviderDataDelta)]
    assert kept == [{"mistral": [THOUGHT, again]}]
    assert isinstance(deltas[-1], FinishDelta)
    said = Message(role="assistant", parts=(TextPart("High."),), provider_data=tuple(kept))
    called = Message(role="assistant", tool_calls=(ToolCall(id="aB3dE6gH9", name="f"),), provider_data=tuple(kept))
    body = asked(Message.of("user", "Tide?"), said, Message.of("user", "And now?"), called)
    assert body[1] == {"role": "assistant", "content": [THOUGHT, again, {"type": "text", "text": "High."}]}
    assert body[3]["content"] == [THOUGHT, again]


async def test_an_answer_in_one_piece_keeps_its_reasoning_too() -> None:
    message = {"content": [THOUGHT, {"type": "text", "text": "High."}]}
    whole = {"choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
    deltas = await told(json.dumps(whole).encode(), kind="application/json")
    assert [one.data for one in deltas if isinstance(one, ProviderDataDelta)] == [{"mistral": [THOUGHT]}]
    assert TextDelta("High.") in deltas


async def test_a_reference_names_a_source_as_those_who_asked_did() -> None:
    pieces = ({"type": "text", "text": "High."}, {"type": "reference", "reference_ids": [0, "b", None, True]})
    deltas = await told(content(*pieces), END, DONE)
    assert deltas[:3] == [TextDelta("High."), CitationDelta(url="0"), CitationDelta(url="b")]


def test_ids_of_calls_have_nine_letters_for_the_call_and_its_result() -> None:
    call = Message(
        role="assistant", tool_calls=(ToolCall(id="call_a-very-long-one", name="f"), ToolCall(id="aB3dE6gH9", name="f"))
    )
    results = [
        Message(role="tool", parts=(TextPart("x"),), tool_call_id=one) for one in ("call_a-very-long-one", "aB3dE6gH9")
    ]
    body = asked(Message.of("user", "Go"), call, *results)
    ids = [one["id"] for one in body[1]["tool_calls"]]
    assert ids == [body[2]["tool_call_id"], body[3]["tool_call_id"]]
    assert ids[1] == "aB3dE6gH9"
    assert len(ids[0]) == 9
    assert ids[0].isalnum()


async def test_a_flat_error_amid_a_stream_is_one() -> None:
    error = {
        "object": "error",
        "message": "Service tier capacity exceeded",
        "type": "rate_limit_exceeded",
        "code": None,
    }
    with pytest.raises(RateLimitError, match="capacity exceeded"):
        await told(word("Hi"), event(error))


def test_a_body_that_fits_no_schema_is_told_place_by_place() -> None:
    body = '{"detail": [{"loc": ["body", "seed"], "msg": "Not permitted"}, {"msg": "Field required"}]}'
    error = refusal(body, 422)
    assert isinstance(error, BadRequestError)
    assert error.message == "body.seed: Not permitted; Field required"
