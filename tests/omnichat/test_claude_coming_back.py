"""Claude's answers: signed thoughts and what it searched go back unchanged, and where they stood."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from omnichat import AsyncClient
from tests.omnichat.far_end import SSE, Saying, event, far_end
from tests.omnichat.test_coming_back import ASKED, TOOL, message_in, sent

FOLDER = os.environ.get("OMNICHAT_TEST_RECORDINGS", "")
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
