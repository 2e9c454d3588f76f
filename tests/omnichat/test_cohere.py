"""Cohere's own format: what it is asked, and what it tells beside the words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.capabilities import Capability
from omnichat.deltas import CitationDelta, Delta, LogprobDelta, ProviderDataDelta
from omnichat.errors import BadRequestError, UnsupportedError
from omnichat.messages import (
    AudioPart,
    ChatRequest,
    Effort,
    FilePart,
    ImagePart,
    JsonFormat,
    Message,
    TextPart,
    Tool,
    ToolCall,
)
from omnichat.provider import Call
from omnichat.registry import every_provider
from tests.omnichat.far_end import JSON, Saying, event, far_end
from tests.omnichat.recorded import FOLDER
from tests.omnichat.telling import read_body

HI = (Message.of("user", "Hi"),)
TIDE = Tool(name="get_tide", description="The tide.", parameters={"type": "object"}, strict=True)
WIND = Tool(name="get_wind")
NOTES = FilePart("data:text/plain;base64,SGlnaCB0aWRl", "notes.txt")


def call(**options: Any) -> Call:
    return every_provider()["cohere"].dialect.chat(ChatRequest(**{"model": "command-a", "messages": HI, **options}))


def asked(**options: Any) -> dict[str, Any]:
    return dict(call(**options).json or {})


async def told(*events: dict[str, Any]) -> list[Delta]:
    deltas: list[Delta] = []
    end = {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}
    body = b"".join(event(one, one["type"]) for one in (*events, end))
    await read_body(every_provider()["cohere"].dialect, body, "text/event-stream", deltas)
    return deltas


def test_every_parameter_has_its_place() -> None:
    tuned: dict[str, Any] = {"temperature": 0.5, "top_p": 0.9, "top_k": 5, "max_tokens": 50, "stop": ("END",)}
    more: dict[str, Any] = {"seed": 7, "presence_penalty": 0.1, "frequency_penalty": 0.2, "logprobs": 0}
    assert asked(**tuned, **more, extra={"safety_mode": "OFF"}) == {
        "model": "command-a",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "temperature": 0.5,
        "p": 0.9,
        "k": 5,
        "max_tokens": 50,
        "stop_sequences": ["END"],
        "seed": 7,
        "presence_penalty": 0.1,
        "frequency_penalty": 0.2,
        "logprobs": True,
        "safety_mode": "OFF",
    }


def test_pictures_stand_in_messages_and_texts_beside_them() -> None:
    image = ImagePart("data:image/png;base64,AA==")
    body = asked(messages=(Message(role="user", parts=(TextPart("See"), image, NOTES)),))
    assert body["messages"] == [
        {
            "role": "user",
            "content": [{"type": "text", "text": "See"}, {"type": "image_url", "image_url": {"url": image.url}}],
        }
    ]
    assert body["documents"] == [{"id": "doc:0", "data": {"title": "notes.txt", "text": "High tide"}}]


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        (FilePart("data:application/pdf;base64,JVBERi0=", "a.pdf"), Capability.FILES),
        (AudioPart("data:audio/wav;base64,UklG"), Capability.AUDIO),
    ],
)
def test_what_is_neither_text_nor_picture_is_refused(part: FilePart | AudioPart, missing: Capability) -> None:
    with pytest.raises(UnsupportedError) as raised:
        asked(messages=(Message(role="user", parts=(part,)),))
    assert raised.value.missing == missing


@pytest.mark.parametrize(
    ("choice", "offered", "force"),
    [
        ("auto", ["get_tide", "get_wind"], None),
        ("none", ["get_tide", "get_wind"], "NONE"),
        ("required", ["get_tide", "get_wind"], "REQUIRED"),
        ("get_wind", ["get_wind"], "REQUIRED"),
    ],
)
def test_to_choose_a_tool_is_to_offer_no_other(choice: str, offered: list[str], force: str | None) -> None:
    body = asked(tools=(TIDE, WIND), tool_choice=choice)
    assert [tool["function"]["name"] for tool in body["tools"]] == offered
    assert body.get("tool_choice") == force
    assert body["strict_tools"] is True
    assert body["tools"][-1]["function"]["parameters"] == {"type": "object", "properties": {}}


async def test_a_plan_comes_back_with_the_calls_it_led_to() -> None:
    deltas = await told(
        {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": "I look "}}},
        {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": "it up."}}},
    )
    data = tuple(delta.data for delta in deltas if isinstance(delta, ProviderDataDelta))
    talk = (
        *HI,
        Message(role="assistant", tool_calls=(ToolCall(id="t1", name="get_tide"),), provider_data=data),
        Message(role="tool", parts=(TextPart("high"),), tool_call_id="t1"),
    )
    called = {"type": "function", "id": "t1", "function": {"name": "get_tide", "arguments": "{}"}}
    assert asked(messages=talk)["messages"][1:] == [
        {"role": "assistant", "tool_calls": [called], "tool_plan": "I look it up."},
        {"role": "tool", "tool_call_id": "t1", "content": "high"},
    ]


@pytest.mark.parametrize(
    ("effort", "thinking"),
    [
        (None, None),
        ("none", {"type": "disabled"}),
        ("low", {"type": "enabled", "token_budget": 1024}),
        ("high", {"type": "enabled"}),
    ],
)
def test_thinking_is_bounded_by_tokens(effort: Effort | None, thinking: dict[str, Any] | None) -> None:
    assert asked(effort=effort).get("thinking") == thinking


def test_a_model_that_does_not_think_is_asked_without() -> None:
    dialect, error = every_provider()["cohere"].dialect, BadRequestError("thinking is not supported", provider="")
    simpler = dialect.simpler(call(effort="high"), error)
    assert simpler
    assert simpler.json == asked()
    assert dialect.simpler(simpler, error) is None
    assert dialect.simpler(call(effort="high", strict=True), error) is None


def test_json_is_asked_for_with_or_without_a_schema() -> None:
    assert asked(response_format=JsonFormat())["response_format"] == {"type": "json_object"}
    told = asked(response_format=JsonFormat(schema={"type": "object"}))["response_format"]
    assert told == {"type": "json_object", "json_schema": {"type": "object"}}


def test_who_is_strict_hears_what_is_not_taken() -> None:
    assert "parallel_tool_calls" not in str(asked(tools=(TIDE,), parallel_tool_calls=True))
    with pytest.raises(UnsupportedError, match="parallel_tool_calls"):
        asked(tools=(TIDE,), parallel_tool_calls=True, strict=True)


async def test_sources_are_told_with_the_place_they_back() -> None:
    document = {"title": "Notes", "text": "High tide", "url": "https://tide.example"}
    sources = [{"type": "document", "id": "doc:0", "document": document}, {"type": "tool", "id": "t1:0"}]

    def cited(**place: Any) -> dict[str, Any]:
        return {"type": "citation-start", "delta": {"message": {"citations": {"sources": sources[:1], **place}}}}

    deltas = await told(
        cited(start=0, end=4, type="TEXT_CONTENT", sources=sources), cited(start=9, end=11, type="PLAN")
    )
    found = [delta for delta in deltas if isinstance(delta, CitationDelta)]
    known: dict[str, Any] = {"url": "https://tide.example", "title": "Notes", "quote": "High tide"}
    assert found == [
        CitationDelta(**known, start=0, end=4),
        CitationDelta(url="t1:0", start=0, end=4),
        CitationDelta(**known),
    ]


async def test_probabilities_are_told_chunk_by_chunk() -> None:
    delta = {"message": {"content": {"text": "Yes"}}}
    item = {"text": "Yes", "token_ids": [1, 2], "logprobs": [-0.25, -0.5]}
    deltas = await told({"type": "content-delta", "delta": delta, "logprobs": item})
    assert LogprobDelta(token="Yes", logprob=-0.75) in deltas


async def test_a_long_list_is_read_page_by_page() -> None:
    def page(name: str, onward: str | None) -> Saying:
        told = {"models": [{"name": name, "endpoints": ["chat"]}], "next_page_token": onward}
        return Saying(kind=JSON, pieces=(json.dumps(told).encode(),))

    async with (
        far_end(page("command-a", "p+2"), page("command-b", None)) as end,
        AsyncClient(keys={"cohere": "k"}, base_urls={"cohere": f"{end.url}/v2"}) as client,
    ):
        models = await client.list_models("cohere")
    assert [model.id for model in models] == ["cohere/command-a", "cohere/command-b"]
    assert [asked.path for asked in end.asked] == [
        "/v1/models?page_size=1000",
        "/v1/models?page_size=1000&page_token=p%2B2",
    ]


async def test_the_former_chat_tells_the_sources_it_found_before() -> None:
    deltas: list[Delta] = []
    body = (FOLDER / "cohere" / "former.ndjson").read_bytes()
    await read_body(every_provider()["cohere"].dialect, body, "application/stream+json", deltas)
    source = CitationDelta(url="https://tides.example/husum", title="Tides", quote="High water at six.", start=0, end=6)
    assert [delta for delta in deltas if isinstance(delta, CitationDelta)] == [source]
