"""Conversations of two turns: what a model said goes back as its provider wants it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnichat import AsyncClient, Client, mirror, questions
from omnichat.answers import ChatCompletionMessage
from omnichat.deltas import Delta
from omnichat.registry import every_provider
from tests.omnichat.far_end import DONE, NDJSON, SSE, Saying, event, far_end
from tests.omnichat.recorded import Recorded, streams
from tests.omnichat.telling import read_body

ASKED: dict[str, Any] = {"role": "user", "content": "How high is the tide?"}
TOOL = {
    "type": "function",
    "function": {
        "name": "get_tide",
        "description": "The tide at a harbour.",
        "parameters": {"type": "object", "properties": {"harbour": {"type": "string"}}},
    },
}
CALLING = [
    pytest.param(one, id=one.name) for one in streams() if "tool_calls" in one.told and "raises" not in one.expected
]


async def message_in(provider: str, body: bytes, kind: str) -> ChatCompletionMessage:
    deltas: list[Delta] = []
    await read_body(every_provider()[provider].dialect, body, kind, deltas)
    return (await mirror.completion(provider, told(deltas))).choices[0].message


async def told(deltas: list[Delta]) -> Any:
    for delta in deltas:
        yield delta


def sent(provider: str, messages: list[Any], **options: Any) -> Any:
    asked = questions.request("m", messages, options)
    return json.loads(json.dumps(every_provider()[provider].dialect.chat(asked).json))


@pytest.mark.parametrize("recorded", CALLING)
async def test_a_call_and_its_result_go_back_to_whoever_asked_for_it(recorded: Recorded) -> None:
    message = await message_in(recorded.provider.name, recorded.body, recorded.kind)
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": f"result of {call.function.name}"}
        for call in message.tool_calls or []
    ]
    for said in (message, message.model_dump(), json.loads(message.model_dump_json())):
        body = str(sent(recorded.provider.name, [ASKED, said, *results], tools=[TOOL]))
        for call in message.tool_calls or []:
            assert call.function.name in body
            assert f"result of {call.function.name}" in body
            for value in json.loads(call.function.arguments).values():
                assert str(value) in body


def called(**delta: Any) -> bytes:
    return event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


CALLS = event({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
PIECES = (
    called(role="assistant", content=None),
    called(
        tool_calls=[{"index": 0, "id": "c1", "type": "function", "function": {"name": "get_tide", "arguments": ""}}]
    ),
    called(tool_calls=[{"index": 0, "function": {"arguments": '{"harbour": '}}]),
    called(tool_calls=[{"index": 0, "function": {"arguments": '"Husum"}'}}]),
    called(
        tool_calls=[{"index": 1, "id": "c2", "type": "function", "function": {"name": "get_tide", "arguments": ""}}]
    ),
    CALLS,
    DONE,
)
RESULTS = [
    {"role": "tool", "tool_call_id": "c1", "content": "1.2 m"},
    {"role": "tool", "tool_call_id": "c2", "content": "no harbour"},
]


async def test_openais_format_takes_its_own_messages_back() -> None:
    async with far_end(Saying(pieces=PIECES)) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        create = client.chat.completions.create
        answer = await create(model="custom/m", messages=[ASKED], tools=[TOOL], tool_choice="required")
        message = answer.choices[0].message
        await create(model="custom/m", messages=[ASKED, message, *RESULTS], tools=[TOOL], parallel_tool_calls=False)
    first, second = (asked.body for asked in end.asked)
    assert (first["tools"], first["tool_choice"]) == ([TOOL], "required")
    assert second["parallel_tool_calls"] is False
    assert second["messages"] == [
        ASKED,
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "get_tide", "arguments": '{"harbour": "Husum"}'}},
                {"id": "c2", "type": "function", "function": {"name": "get_tide", "arguments": "{}"}},
            ],
        },
        *RESULTS,
    ]


def test_a_program_without_an_event_loop_takes_part_too() -> None:
    body = sent("custom", [ASKED, {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f"}}]}])
    assert body["messages"][1]["tool_calls"][0]["function"] == {"name": "f", "arguments": "{}"}
    with Client(keys={"openai": "k"}) as client:
        assert client.get_model_capabilities("openai/gpt-4o")["vision_support"]


OLLAMA_CALLS = (
    {"message": {"role": "assistant", "content": "", "thinking": "I look "}, "done": False},
    {"message": {"role": "assistant", "content": "", "thinking": "it up."}, "done": False},
    {
        "message": {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "call_x", "function": {"name": "get_tide", "arguments": {"harbour": "Husum"}}}],
        },
        "done": False,
    },
    {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"},
)


async def test_ollama_gets_its_thoughts_and_the_names_of_its_tools_back() -> None:
    lines = Saying(pieces=tuple(json.dumps(line).encode() + b"\n" for line in OLLAMA_CALLS), kind=NDJSON)
    async with far_end(lines) as end, AsyncClient(base_urls={"ollama": end.url}) as client:
        create = client.chat.completions.create
        answer = await create(model="ollama/qwen3", messages=[ASKED], tools=[TOOL])
        result = {"role": "tool", "tool_call_id": "call_x", "content": "1.2 m"}
        await create(model="ollama/qwen3", messages=[ASKED, answer.choices[0].message, result], tools=[TOOL])
    assert answer.choices[0].finish_reason == "tool_calls"
    assert end.asked[0].body["tools"] == [TOOL]
    assert end.asked[1].body["messages"][1:] == [
        {
            "role": "assistant",
            "content": "",
            "thinking": "I look it up.",
            "tool_calls": [{"id": "call_x", "function": {"name": "get_tide", "arguments": {"harbour": "Husum"}}}],
        },
        {"role": "tool", "content": "1.2 m", "tool_name": "get_tide", "tool_call_id": "call_x"},
    ]


DETAILS = (
    {"type": "reasoning.text", "text": "I look ", "format": "anthropic-claude-v1", "index": 0, "signature": None},
    {"type": "reasoning.text", "text": "it up.", "format": "anthropic-claude-v1", "index": 0},
    {"type": "reasoning.text", "signature": "c2ln", "format": "anthropic-claude-v1", "index": 0, "text": ""},
    {"type": "reasoning.summary", "summary": "Tides.", "format": "openai-responses-v1", "index": 1},
    {"type": "reasoning.encrypted", "data": "aGlkZGVu", "id": "rs_1", "format": "openai-responses-v1", "index": 1},
)


async def test_openrouter_gets_its_reasoning_back_put_together() -> None:
    pieces = (*(called(content="", reasoning_details=[detail]) for detail in DETAILS), *PIECES)
    keys = {"openrouter": "k"}
    saying = Saying(pieces=pieces)
    async with far_end(saying) as end, AsyncClient(base_urls={"openrouter": end.url}, keys=keys) as client:
        create = client.chat.completions.create
        stream = await create(model="openrouter/m", messages=[ASKED], stream=True)
        data = [one async for chunk in stream for one in chunk.choices[0].delta.provider_data or ()]
        said = {"role": "assistant", "content": "", "provider_data": data}
        await create(model="openrouter/m", messages=[ASKED, said, ASKED])
    first, second = DETAILS[3:]
    assert end.asked[1].body["messages"][1]["reasoning_details"] == [
        {**DETAILS[0], "text": "I look it up.", "signature": "c2ln"},
        first,
        second,
    ]


async def test_probabilities_and_sources_have_openais_names() -> None:
    likely = {"token": "Hi", "logprob": -0.5, "bytes": [72, 105], "top_logprobs": [{"token": "Ho", "logprob": -1.5}]}
    source = {"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "A", "start_index": 0}}
    choice = {"index": 0, "delta": {"content": "Hi", "annotations": [source]}, "logprobs": {"content": [likely]}}
    says = Saying(pieces=(event({"choices": [choice]}), event({"choices": [{"delta": {}, "finish_reason": "stop"}]})))
    async with far_end(says) as end, AsyncClient(base_urls={"custom": end.url}) as client:
        asked: dict[str, Any] = {"model": "custom/m", "messages": [ASKED], "logprobs": True, "top_logprobs": 1}
        answer = await client.chat.completions.create(**asked)
        chunks = [chunk async for chunk in await client.chat.completions.create(**asked, stream=True)]
    assert (end.asked[0].body["logprobs"], end.asked[0].body["top_logprobs"]) == (True, 1)
    told = answer.choices[0]
    assert told.logprobs
    assert [(one.token, one.logprob, one.top_logprobs[0].token) for one in told.logprobs.content] == [
        ("Hi", -0.5, "Ho")
    ]
    assert told.message.annotations
    assert told.message.annotations[0].url_citation.url == "https://a.example"
    in_pieces = [chunk.choices[0] for chunk in chunks]
    assert [one.logprobs.content[0].token for one in in_pieces if one.logprobs] == ["Hi"]
    assert [one.delta.annotations[0].url_citation.title for one in in_pieces if one.delta.annotations] == ["A"]


async def test_sources_that_are_repeated_with_every_chunk_are_told_once() -> None:
    piece = {"choices": [{"delta": {"content": "Hi"}}], "citations": ["https://a.example", "https://b.example"]}
    last = {**piece, "choices": [{"delta": {}, "finish_reason": "stop"}]}
    message = await message_in("custom", event(piece) + event(piece) + event(last), SSE)
    assert [one.url_citation.url for one in message.annotations or []] == ["https://a.example", "https://b.example"]
