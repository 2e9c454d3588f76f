"""Streams as servers of many makes send them: odd, but meant well, or failing in a shape of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnichat.deltas import Delta, LogprobDelta
from omnichat.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    OverloadedError,
    ProviderError,
    QuotaError,
    RateLimitError,
    ServerError,
)
from omnichat.registry import every_provider
from tests.omnichat.telling import added_up, read_body

SSE = "text/event-stream; charset=utf-8"
END = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
HI = '{"choices":[{"index":0,"delta":{"content":"Hé"},"finish_reason":null}]}'


def sse(*events: str, end: str = "\n") -> str:
    return "".join(f"data: {event}{end}{end}" for event in events)


def call(**piece: Any) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": {"tool_calls": [piece]}, "finish_reason": None}]})


async def told_by(name: str, body: str | bytes, kind: str = SSE, size: int = 3) -> dict[str, Any]:
    deltas = list[Delta]()
    raw = body if isinstance(body, bytes) else body.encode()
    await read_body(every_provider()[name].dialect, raw, kind, deltas, size)
    return added_up(deltas)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(sse(HI, END, "[DONE]", end="\r\n"), id="lines end in CRLF"),
        pytest.param(sse(HI, END, "[DONE]", end="\r"), id="lines end in CR"),
        pytest.param("\ufeff" + sse(HI, END, "[DONE]"), id="a byte order mark comes first"),
        pytest.param(": ping\n\n: ping\n\n" + sse(HI) + ":\n\n" + sse(END), id="comments, and no end mark"),
        pytest.param(sse(HI, END, "[DONE]").replace("data: ", "data:"), id="no space after the colon"),
        pytest.param("retry: 3000\nid: 1\n" + sse(HI) + "event: ping\n\n" + sse(END), id="names without data"),
        pytest.param("data:\n\n" + sse(HI) + "event: ping\ndata: \n\n" + sse(END), id="blank data"),
        pytest.param(sse(HI) + f"data: {END}", id="no blank line at the end"),
        pytest.param(sse('{"type":"keepalive"}', HI, '{"choices":null}', '{"choices":[null]}', END), id="keepalives"),
        pytest.param(sse('{"choices":[{"delta":null}]}', HI, END.replace("{}", "null")), id="no delta"),
        pytest.param(sse(HI, HI.replace('"index":0', '"index":1'), END), id="a second choice"),
        pytest.param(sse(HI, END.replace('"stop"', '""'), END), id="an empty reason"),
        pytest.param(sse(HI, END, '{"choices":[],"usage":null}', "[DONE]", HI), id="words after the end mark"),
    ],
)
async def test_an_odd_stream_says_what_it_says(body: str) -> None:
    told = await told_by("custom", body)
    assert (told["text"], told["finish"]) == ("Hé", "stop")


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "", "application/octet-stream"])
async def test_a_stream_may_come_by_a_wrong_name(kind: str) -> None:
    assert (await told_by("custom", sse(HI, END), kind))["text"] == "Hé"


@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson", "text/plain"])
async def test_lines_may_come_by_a_wrong_name(kind: str) -> None:
    body = '{"message":{"content":"Hi"},"done":false}\n{"message":{"content":"!"},"done":true,"eval_count":2.0}\n'
    assert await told_by("ollama", body, kind) == {"text": "Hi!", "finish": "stop", "usage": [0, 2, 0, 0]}


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({"prompt_tokens": 3.0, "completion_tokens": 2.0}, [3, 2, 0, 0]),
        ({"prompt_tokens": 3, "completion_tokens": 2, "prompt_tokens_details": None}, [3, 2, 0, 0]),
        ({"prompt_tokens": None, "completion_tokens": 2, "completion_tokens_details": []}, [0, 2, 0, 0]),
        ({"prompt_tokens": 3, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": None}}, [3, 2, 0, 0]),
    ],
)
@pytest.mark.parametrize("place", ["beside the end", "before it", "after it"])
async def test_tokens_are_counted_wherever_they_stand(place: str, usage: dict[str, Any], counted: list[int]) -> None:
    alone = json.dumps({"choices": [], "usage": usage})
    beside = json.dumps({**json.loads(END), "usage": usage})
    events = {"beside the end": (HI, beside), "before it": (alone, HI, END), "after it": (HI, END, alone)}[place]
    assert (await told_by("custom", sse(*events)))["usage"] == counted


F, G = {"name": "f", "arguments": {"a": 1}}, {"name": "g", "arguments": {"b": 2}}


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(
            [
                call(index=0, id="x", function={"name": "f", "arguments": '{"a":'}),
                call(index=0, function={"arguments": "1}"}),
                call(index=1, id="y", function={"name": "g", "arguments": '{"b":2}'}),
            ],
            id="as OpenAI does",
        ),
        pytest.param(
            [
                call(id="x", function={"name": "f", "arguments": {"a": 1}}),
                call(id="y", function={"name": "g", "arguments": {"b": 2}}),
            ],
            id="whole, without a place",
        ),
        pytest.param(
            [
                call(index=0, id="x", function={"name": "f", "arguments": '{"a":1}'}),
                call(index=0, id="y", function={"name": "g", "arguments": '{"b":'}),
                call(index=0, function={"arguments": "2}"}),
            ],
            id="all in the first place",
        ),
        pytest.param(
            [
                call(index=0, id="x", function={"name": "f"}),
                call(index=0, id="z", function={"arguments": '{"a":1}'}),
                call(index=1, id="y", function={"name": "g"}),
                call(index=1, id="w", function={"arguments": '{"b":2}'}),
            ],
            id="an id a piece",
        ),
        pytest.param(
            [
                call(index=0, id="x", function={"name": "f", "arguments": '{"a":'}),
                call(index=0, id="x", function={"name": "f", "arguments": "1}"}),
                call(index=3, id="y", function={"name": "g", "arguments": '{"b":2}'}),
            ],
            id="the name over and over, and places left out",
        ),
        pytest.param(
            [
                call(index=0, id="x", function={"name": "f"}),
                call(index=1, id="y", function={"name": "g"}),
                call(index=0, function={"arguments": '{"a":1}'}),
                call(index=1, function={"arguments": '{"b":2}'}),
            ],
            id="in turns",
        ),
    ],
)
async def test_two_calls_are_two_calls_however_they_are_numbered(pieces: list[str]) -> None:
    told = await told_by("custom", sse(*pieces, END.replace("stop", "tool_calls")))
    assert told["tool_calls"] == [F, G]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"error": "overloaded, try again"}, ServerError),
        ({"error": {"message": "slow down", "code": 429}}, RateLimitError),
        ({"error": {"message": "slow down", "code": "429"}}, RateLimitError),
        ({"error": {"message": "busy", "type": "overloaded_error"}}, OverloadedError),
        ({"error": {"message": "busy", "type": "x"}, "status_code": 503}, OverloadedError),
        ([{"error": {"message": "no", "code": 401, "status": "UNAUTHENTICATED"}}], AuthenticationError),
        ({"object": "error", "message": "bad", "type": "invalid_request_error", "code": None}, BadRequestError),
        ({"detail": "no credit", "code": 402}, QuotaError),
        ({"message": "gone", "statusCode": 503}, OverloadedError),
        ({"x_groq": {"id": "r", "error": "over capacity"}, "choices": []}, ServerError),
        ({"choices": [{"index": 0, "delta": {}, "finish_reason": "error"}]}, ServerError),
        ({"error": {"message": "too big", "code": "image_too_large"}}, BadRequestError),
    ],
)
@pytest.mark.parametrize("before", [(), (HI,)])
async def test_an_error_in_a_stream_is_known_in_any_of_its_shapes(
    error: Any, kind: type[ProviderError], before: tuple[str, ...]
) -> None:
    with pytest.raises(ProviderError) as raised:
        await told_by("custom", sse(*before, json.dumps(error)))
    assert type(raised.value) is kind


@pytest.mark.parametrize("name", sorted(every_provider()))
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<html><body>502 Bad Gateway</body></html>", "text/html"),
        ("", SSE),
        ("", "application/json"),
        ("upstream connect error", "text/plain"),
        ("null", "application/json"),
        ("event: error\ndata: it broke\n\n", SSE),
    ],
)
async def test_what_is_no_answer_at_all_is_an_error(name: str, body: str, kind: str) -> None:
    with pytest.raises(ProviderError) as raised:
        await told_by(name, body, kind)
    assert isinstance(raised.value, ServerError | ConnectionFailedError)


async def test_arguments_may_stand_at_the_start_of_claudes_block() -> None:
    news: list[dict[str, Any]] = [
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}},
        },
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}},
        {"type": "message_stop"},
    ]
    assert (await told_by("anthropic", sse(*map(json.dumps, news))))["tool_calls"] == [F]


@pytest.mark.parametrize("reason", ["pause_turn", "max_tokens", "model_context_window_exceeded"])
async def test_claudes_answer_that_is_to_be_gone_on_with_is_not_whole(reason: str) -> None:
    news: list[dict[str, Any]] = [
        {"type": "message_delta", "delta": {"stop_reason": reason}},
        {"type": "message_stop"},
    ]
    assert (await told_by("anthropic", sse(*map(json.dumps, news))))["finish"] == "length"


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("CONTINUATION", "length"),
        ("ESCALATION", "content_filter"),
        ("SOMETHING_NEW", "stop"),
        ("NO_IMAGE", "content_filter"),
    ],
)
async def test_geminis_newer_reasons_are_known(reason: str, finish: str) -> None:
    chunk = {"candidates": [{"content": {"parts": [{"text": "Hi"}]}, "finishReason": reason}]}
    assert (await told_by("google", sse(json.dumps(chunk))))["finish"] == finish


@pytest.mark.parametrize(
    ("reason", "finish"),
    [("max_output_tokens", "length"), ("steered", "length"), ("content_filter", "content_filter"), (None, "length")],
)
async def test_a_response_that_is_incomplete_is_not_whole(reason: str | None, finish: str) -> None:
    details = {"reason": reason} if reason else None
    response: dict[str, Any] = {
        "object": "response",
        "status": "incomplete",
        "incomplete_details": details,
        "output": [],
    }
    event = json.dumps({"type": "response.incomplete", "response": response})
    assert (await told_by("xai", sse(event)))["finish"] == finish


async def test_the_probabilities_of_a_whole_response_are_told_once() -> None:
    part = {"type": "output_text", "text": "Hi", "logprobs": [{"token": "Hi", "logprob": -0.5, "top_logprobs": []}]}
    output = [{"type": "message", "id": "m", "content": [part]}]
    body = json.dumps({"object": "response", "status": "completed", "output": output})
    deltas = list[Delta]()
    await read_body(every_provider()["xai"].dialect, body.encode(), "application/json", deltas)
    assert [delta for delta in deltas if isinstance(delta, LogprobDelta)] == [LogprobDelta(token="Hi", logprob=-0.5)]
