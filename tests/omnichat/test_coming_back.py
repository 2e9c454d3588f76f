"""Conversations of two turns: what a model said goes back as its provider wants it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from omnichat import AsyncClient, Client, mirror, questions
from omnichat.answers import ChatCompletionMessage
from omnichat.deltas import Delta
from omnichat.registry import every_provider
from tests.omnichat.far_end import DONE, NDJSON, SSE, Saying, event, far_end
from tests.omnichat.recorded import Recorded, streams
from tests.omnichat.telling import read_body

FOLDER = os.environ.get("OMNICHAT_TEST_RECORDINGS", "")
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


THOUGHT = {"type": "thinking", "thinking": "I look it up.", "signature": "c2ln"}
REDACTED = {"type": "redacted_thinking", "data": "aGlkZGVu"}
USED = {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": "tide Husum"}}
FOUND = {
    "type": "web_search_tool_result",
    "tool_use_id": "srv_1",
    "content": [
        {"type": "web_search_result", "title": "Tides", "url": "https://tides.example", "encrypted_content": "x"}
    ],
}
SOURCE = {
    "type": "web_search_result_location",
    "url": "https://tides.example",
    "title": "Tides",
    "cited_text": "1.2 m at noon",
    "encrypted_index": "i",
}


def block(index: int, start: dict[str, Any], *deltas: dict[str, Any]) -> bytes:
    news = [
        {"type": "content_block_start", "index": index, "content_block": start},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]
    return b"".join(event(one, str(one["type"])) for one in news)


def claude(*blocks: bytes, reason: str = "end_turn") -> Saying:
    news: list[dict[str, Any]] = [
        {"type": "message_start", "message": {"usage": {"input_tokens": 5, "output_tokens": 1}}},
        {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 9}},
        {"type": "message_stop"},
    ]
    first, *rest = (event(one, one["type"]) for one in news)
    return Saying(pieces=(first, *blocks, *rest))


def claude_thinking(index: int) -> bytes:
    return block(
        index,
        {"type": "thinking", "thinking": "", "signature": ""},
        {"type": "thinking_delta", "thinking": "I look "},
        {"type": "thinking_delta", "thinking": "it up."},
        {"type": "signature_delta", "signature": "c2ln"},
    )


CLAUDE_CALLS = claude(
    claude_thinking(0),
    block(1, REDACTED),
    block(2, {"type": "text", "text": ""}, {"type": "text_delta", "text": "One moment."}),
    block(
        3,
        {"type": "tool_use", "id": "t1", "name": "get_tide", "input": {}},
        {"type": "input_json_delta", "partial_json": '{"harbour": "Husum"}'},
    ),
    block(4, {"type": "tool_use", "id": "t2", "name": "get_tide", "input": {}}),
    reason="tool_use",
)


async def test_claude_gets_its_signed_thoughts_back_and_all_results_at_once() -> None:
    keys = {"anthropic": "k"}
    async with far_end(CLAUDE_CALLS) as end, AsyncClient(base_urls={"anthropic": end.url}, keys=keys) as client:
        create = client.chat.completions.create
        model = "anthropic/claude-sonnet-4-5"
        answer = await create(model=model, messages=[ASKED], tools=[TOOL], reasoning_effort="high")
        said = answer.choices[0].message
        results: list[Any] = [
            {"role": "tool", "tool_call_id": "t1", "content": "1.2 m"},
            {"role": "tool", "tool_call_id": "t2", "content": [{"type": "text", "text": "no harbour"}]},
            {"role": "user", "content": "And tomorrow?"},
        ]
        await create(model=model, messages=[ASKED, said, *results], tools=[TOOL], reasoning_effort="high")
    assert (said.reasoning_content, said.content) == ("I look it up.", "One moment.")
    assert end.asked[0].body["tools"] == [
        {
            "name": "get_tide",
            "description": "The tide at a harbour.",
            "input_schema": TOOL["function"]["parameters"],  # type: ignore[index]  # a dictionary of anything
        }
    ]
    assert end.asked[1].body["messages"] == [
        ASKED,
        {
            "role": "assistant",
            "content": [
                THOUGHT,
                REDACTED,
                {"type": "text", "text": "One moment."},
                {"type": "tool_use", "id": "t1", "name": "get_tide", "input": {"harbour": "Husum"}},
                {"type": "tool_use", "id": "t2", "name": "get_tide", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": "1.2 m"},
                {"type": "tool_result", "tool_use_id": "t2", "content": "no harbour"},
                {"type": "text", "text": "And tomorrow?"},
            ],
        },
    ]


CLAUDE_SEARCHES = claude(
    block(0, {"type": "text", "text": ""}, {"type": "text_delta", "text": "I search. "}),
    block(1, {**USED, "input": {}}, {"type": "input_json_delta", "partial_json": '{"query": "tide Husum"}'}),
    block(2, FOUND),
    claude_thinking(3),
    block(4, {"type": "text", "text": ""}, {"type": "text_delta", "text": "It is "}),
    block(
        5,
        {"type": "text", "text": "", "citations": []},
        {"type": "citations_delta", "citation": SOURCE},
        {"type": "text_delta", "text": "1.2 m"},
    ),
    block(6, {"type": "text", "text": ""}, {"type": "text_delta", "text": "."}),
    block(7, {**USED, "id": "srv_2", "input": {}}),
    reason="pause_turn",
)


async def test_what_claude_searched_and_found_keeps_its_place() -> None:
    keys = {"anthropic": "k"}
    async with far_end(CLAUDE_SEARCHES) as end, AsyncClient(base_urls={"anthropic": end.url}, keys=keys) as client:
        create = client.chat.completions.create
        search = {"user_location": {"type": "approximate", "approximate": {"city": "Husum"}}}
        model = "anthropic/claude-sonnet-4-5"
        answer = await create(model=model, messages=[ASKED], web_search_options=search)
        said = answer.choices[0].message
        await create(model=model, messages=[ASKED, said, ASKED], web_search_options={})
        await create(model=model, messages=[ASKED, said, ASKED])
    assert said.content == "I search. It is 1.2 m."
    assert said.annotations
    (source,) = [annotation.url_citation for annotation in said.annotations]
    assert (source.url, source.title, source.content) == ("https://tides.example", "Tides", "1.2 m at noon")
    assert said.content[source.start_index : source.end_index] == "1.2 m"
    first, with_search, without = (asked.body for asked in end.asked)
    assert first["tools"] == [
        {"type": "web_search_20250305", "name": "web_search", "user_location": {"type": "approximate", "city": "Husum"}}
    ]
    text, rest = {"type": "text", "text": "I search. "}, {"type": "text", "text": "It is 1.2 m."}
    assert with_search["messages"][1]["content"] == [text, USED, FOUND, THOUGHT, rest]
    assert without["messages"][1]["content"] == [text, THOUGHT, rest]


async def test_an_edited_answer_stands_as_it_was_edited() -> None:
    message = await message_in("anthropic", b"".join(CLAUDE_SEARCHES.pieces), SSE)
    edited = {**message.model_dump(), "content": "No."}
    assert sent("anthropic", [ASKED, edited])["messages"][1]["content"] == [{"type": "text", "text": "No."}, THOUGHT]
    assert sent("openai", [ASKED, message])["messages"][1] == {"role": "assistant", "content": message.content}


def claudes() -> list[Any]:
    index = json.loads(Path(FOLDER, "index.json").read_text("utf-8"))["recordings"] if FOLDER else []
    return [pytest.param(one, id=one["id"]) for one in index if (one["api"], one["kind"]) == ("messages", "stream")]


def body_of(recording: dict[str, Any]) -> bytes:
    return Path(FOLDER, recording["file"]).read_bytes()


@pytest.mark.parametrize("recording", claudes())
async def test_a_recorded_answer_goes_back_as_it_came(recording: dict[str, Any]) -> None:
    body = body_of(recording)
    message = await message_in("anthropic", body, recording["content_type"])
    back = sent("anthropic", [ASKED, message], web_search_options={}, tools=[TOOL])["messages"][1]["content"]
    assert joined([{"type": "text", "text": back}] if isinstance(back, str) else back) == joined(blocks_in(body))


def blocks_in(body: bytes) -> list[dict[str, Any]]:
    """Return the blocks of Claude's answer, put together by a reader much simpler than ours."""
    blocks: list[dict[str, Any]] = []
    inputs: dict[int, str] = {}
    for line in body.decode().splitlines():
        news = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
        match news:
            case {"content_block": one}:
                blocks.append(one)
            case {"delta": {"type": "input_json_delta", "partial_json": text}, "index": index}:
                inputs[index] = inputs.get(index, "") + text
            case {"delta": {"type": "signature_delta", "signature": text}, "index": index}:
                blocks[index]["signature"] = text
            case {"delta": {"type": "text_delta" | "thinking_delta" as kind, **rest}, "index": index}:
                blocks[index][kind.removesuffix("_delta")] += "".join(map(str, rest.values()))
    for index, text in inputs.items():
        blocks[index]["input"] = json.loads(text)
    return blocks


def joined(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the blocks with neighbouring texts as one, and without what only tells where a text is from.

    A text of nothing but white space, which Claude may send, would be refused if it came back.
    """
    told: list[dict[str, Any]] = []
    for one in blocks:
        if one["type"] == "text" and not one["text"].strip():
            continue
        if told and one["type"] == told[-1]["type"] == "text":
            told[-1]["text"] += one["text"]
        else:
            told.append({name: value for name, value in one.items() if name != "citations"})
    return told


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
