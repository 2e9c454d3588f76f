"""The Responses API as a way to chat: what is asked, and what beside words is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.capabilities import Capability
from omnichat.deltas import (
    CitationDelta,
    Delta,
    FinishDelta,
    FinishReason,
    LogprobDelta,
    ProviderDataDelta,
    TextDelta,
    ThinkingDelta,
    ToolCallDelta,
)
from omnichat.errors import RateLimitError, UnsupportedError
from omnichat.messages import (
    AudioPart,
    ChatRequest,
    FilePart,
    ImagePart,
    JsonFormat,
    Message,
    TextPart,
    Tool,
    ToolCall,
)
from omnichat.registry import every_provider
from omnichat.responses_dialect import ResponsesDialect
from tests.omnichat.far_end import JSON, Saying, event, far_end
from tests.omnichat.recorded import streams
from tests.omnichat.telling import added_up, read_body

SEALED = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "c2VhbGVk"}
SCHEMA = {"type": "object", "properties": {"tide": {"type": "string"}}}
TIDE = Tool(name="get_tide", description="Tell the tide.", parameters=SCHEMA, strict=True)
TALK = (
    Message.of("system", "Be brief."),
    Message.of("system", "Be kind."),
    Message(role="user", parts=(TextPart("See"), ImagePart("data:image/png;base64,AA==", "low"))),
    Message(
        role="assistant",
        parts=(TextPart("Let me look."),),
        tool_calls=(ToolCall(id="call_a", name="get_tide", arguments='{"tide": "ebb"}'),),
        provider_data=({"reasoning_content": "another's"}, SEALED),
    ),
    Message(role="tool", parts=(TextPart("low"),), tool_call_id="call_a"),
    Message.of("system", "Now."),
)


def asked(name: str, model: str = "grok-4.5", **options: Any) -> dict[str, Any]:
    request = ChatRequest(**{"model": model, "messages": TALK, **options})
    return dict(every_provider()[name].dialect.chat(request).json or {})


async def read(name: str, *events: dict[str, Any]) -> list[Delta]:
    deltas: list[Delta] = []
    body = b"".join(event(news, news.get("type", "")) for news in events)
    await read_body(every_provider()[name].dialect, body, "text/event-stream", deltas)
    return deltas


def test_messages_become_items_and_sealed_reasoning_goes_back() -> None:
    body = asked("xai")
    assert body["instructions"] == "Be brief.\n\nBe kind."
    assert body["input"] == [
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "See"},
                {"type": "input_image", "image_url": "data:image/png;base64,AA==", "detail": "low"},
            ],
        },
        SEALED,
        {"role": "assistant", "content": "Let me look."},
        {"type": "function_call", "call_id": "call_a", "name": "get_tide", "arguments": '{"tide": "ebb"}'},
        {"type": "function_call_output", "call_id": "call_a", "output": "low"},
        {"role": "system", "content": "Now."},
    ]
    rest = {name: value for name, value in body.items() if name not in {"instructions", "input"}}
    assert rest == {
        "model": "grok-4.5",
        "stream": True,
        "store": False,
        "include": ["reasoning.encrypted_content"],
    }
    assert SEALED not in asked("perplexity")["input"]


def test_parameters_go_under_the_names_of_the_responses_api() -> None:
    body = asked(
        "xai",
        temperature=0.5,
        top_p=0.9,
        max_tokens=50,
        tools=(TIDE,),
        tool_choice="get_tide",
        parallel_tool_calls=False,
        response_format=JsonFormat(schema=SCHEMA, name="tide", strict=True),
        effort="max",
        logprobs=2,
        web_search=True,
        seed=7,
        stop=("END",),
        extra={"tools": [{"type": "x_search"}], "previous_response_id": "resp_1"},
    )
    flat = {"type": "function", "name": "get_tide", "description": "Tell the tide.", "parameters": SCHEMA}
    assert body["tools"] == [{**flat, "strict": True}, {"type": "web_search"}, {"type": "x_search"}]
    assert body["tool_choice"] == {"type": "function", "name": "get_tide"}
    assert body["parallel_tool_calls"] is False
    assert body["text"] == {"format": {"type": "json_schema", "name": "tide", "schema": SCHEMA, "strict": True}}
    assert body["reasoning"] == {"effort": "xhigh", "summary": "auto"}
    assert (body["temperature"], body["top_p"], body["max_output_tokens"]) == (0.5, 0.9, 50)
    assert (body["logprobs"], body["top_logprobs"]) == (True, 2)
    assert body["previous_response_id"] == "resp_1"
    assert not body.keys() & {"seed", "stop", "max_tokens", "messages"}


@pytest.mark.parametrize(
    ("model", "effort", "told"),
    [
        ("grok-4.3", "none", {"effort": "none"}),
        ("grok-4.5", "none", {"effort": "low", "summary": "auto"}),
        ("grok-3-mini", "medium", {"effort": "low", "summary": "auto"}),
        ("grok-4-fast", "high", None),
    ],
)
def test_effort_is_told_in_the_levels_of_the_model(model: str, effort: str, told: Any) -> None:
    assert asked("xai", model, effort=effort).get("reasoning") == told


def test_a_strict_request_names_what_is_not_taken() -> None:
    surplus: dict[str, Any] = {"seed": 7, "stop": ("END",), "frequency_penalty": 1.0, "top_k": 4}
    for parameter, value in surplus.items():
        with pytest.raises(UnsupportedError, match=parameter):
            asked("xai", strict=True, **{parameter: value})
    with pytest.raises(UnsupportedError, match="temperature"):
        asked("perplexity", strict=True, temperature=0.5)
    with pytest.raises(UnsupportedError, match="reasoning_effort"):
        asked("xai", strict=True, effort="none")


def test_names_of_former_models_ask_for_todays() -> None:
    body = asked("perplexity", "sonar-pro", temperature=0.5, response_format=JsonFormat(schema=SCHEMA))
    assert (body["model"], body["preset"]) == ("perplexity/sonar", "low")
    assert body["response_format"] == {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
    assert "temperature" not in body
    assert "include" not in body
    loose = asked("perplexity", "openai/gpt-5.5", response_format=JsonFormat())
    assert "response_format" not in loose
    assert "one JSON object" in loose["instructions"]


def test_a_part_nobody_takes_is_named() -> None:
    for part, name in (
        (FilePart("data:application/pdf;base64,AA==", "a.pdf"), "files"),
        (AudioPart("data:a"), "audio"),
    ):
        with pytest.raises(UnsupportedError, match=name):
            asked("xai", messages=(Message(role="user", parts=(part,)),))


async def test_sources_are_told_once_with_their_place_in_the_answer() -> None:
    note = {"type": "url_citation", "url": "https://a.example", "title": "A", "start_index": 0, "end_index": 2}
    said = [{"type": "output_text", "text": "Hi", "annotations": [note, {"type": "file_path", "file_id": "f"}]}]
    deltas = await read(
        "xai",
        {"type": "response.output_item.done", "output_index": 0, "item": {"type": "message", "content": said}},
        {"type": "response.output_item.added", "output_index": 1, "item": {"type": "message", "id": "m2"}},
        {"type": "response.output_text.delta", "item_id": "m2", "output_index": 1, "delta": "Ho"},
        {"type": "response.output_text.annotation.added", "item_id": "m2", "output_index": 1, "annotation": note},
        {"type": "response.output_text.annotation.added", "item_id": "m2", "output_index": 1, "annotation": note},
        {"type": "response.completed", "response": {"status": "completed"}},
    )
    assert [delta for delta in deltas if isinstance(delta, CitationDelta)] == [
        CitationDelta(url="https://a.example", title="A", start=0, end=2),
        CitationDelta(url="https://a.example", title="A", start=2, end=4),
    ]


@pytest.mark.parametrize("name", ["perplexity-searched", "perplexity-whole", "perplexity-former"])
async def test_what_a_search_found_is_a_source(name: str) -> None:
    recorded = next(one for one in streams() if one.name == name)
    deltas: list[Delta] = []
    await read_body(recorded.provider.dialect, recorded.body, recorded.kind, deltas)
    found = [delta for delta in deltas if isinstance(delta, CitationDelta)]
    assert "https://example.org/tides" in [citation.url for citation in found]
    assert len(found) == len(set(found))


async def test_sealed_reasoning_is_kept_for_the_next_turn() -> None:
    recorded = next(one for one in streams() if one.name == "xai-thinking")
    deltas: list[Delta] = []
    await read_body(recorded.provider.dialect, recorded.body, recorded.kind, deltas)
    kept = [delta.data for delta in deltas if isinstance(delta, ProviderDataDelta)]
    assert [data["encrypted_content"] for data in kept] == ["c2VhbGVk"]
    message = Message(role="assistant", parts=(TextPart("Flood."),), provider_data=tuple(kept))
    assert asked("xai", messages=(message,))["input"][0] == kept[0]


async def test_probabilities_come_with_the_words() -> None:
    row = {"token": "Hi", "logprob": -0.5, "top_logprobs": [{"token": "Ho", "logprob": -2}, {"token": "x"}]}
    deltas = await read(
        "xai",
        {"type": "response.output_text.delta", "delta": "Hi", "logprobs": [row, {"token": "?"}]},
        {"type": "response.completed"},
    )
    assert LogprobDelta(token="Hi", logprob=-0.5, top=(("Ho", -2.0),)) in deltas


async def test_reasoning_told_in_two_ways_is_told_once() -> None:
    deltas = await read(
        "xai",
        {"type": "response.reasoning_text.delta", "item_id": "r", "output_index": 0, "delta": "Long."},
        {"type": "response.reasoning_summary_text.delta", "item_id": "r", "output_index": 0, "delta": "Short."},
        {
            "type": "response.output_item.done",
            "output_index": 0,
            "item": {"type": "reasoning", "id": "r", "summary": [{"text": "Short."}], "content": [{"text": "Long."}]},
        },
        {"type": "response.completed", "response": {"status": "completed"}},
    )
    assert [delta for delta in deltas if isinstance(delta, ThinkingDelta)] == [ThinkingDelta("Long.")]


async def test_items_are_told_apart_though_a_server_names_no_places() -> None:
    """So llama.cpp does it: no index, and the name of a call where its item's belongs."""
    first, second = (
        {"type": "function_call", "call_id": f"fc_{n}", "name": f"tool_{n}", "arguments": ""} for n in "ab"
    )
    told = {"type": "response.function_call_arguments.delta"}
    deltas = await read(
        "llamacpp",
        {"type": "response.output_item.added", "item": {"type": "message", "id": "msg_1", "content": []}},
        {"type": "response.output_text.delta", "item_id": "msg_1", "delta": "Hi"},
        {"type": "response.output_item.added", "item": first},
        {**told, "item_id": "fc_a", "delta": '{"a":'},
        {**told, "item_id": "fc_a", "delta": " 1}"},
        {"type": "response.output_item.added", "item": second},
        {**told, "item_id": "fc_b", "delta": "{}"},
        {
            "type": "response.completed",
            "response": {
                "status": "completed",
                "output": [
                    {"type": "message", "id": "msg_1", "content": [{"type": "output_text", "text": "Hi"}]},
                    {**first, "arguments": '{"a": 1}'},
                    {**second, "arguments": "{}"},
                ],
            },
        },
    )
    assert added_up(deltas) == {
        "text": "Hi",
        "finish": "tool_calls",
        "tool_calls": [{"name": "tool_a", "arguments": {"a": 1}}, {"name": "tool_b", "arguments": {}}],
    }


async def test_an_answer_is_not_told_again_by_a_last_event_that_names_it_otherwise() -> None:
    deltas = await read(
        "xai",
        {"type": "response.output_text.delta", "item_id": "old", "output_index": 3, "delta": "Hi"},
        {
            "type": "response.completed",
            "response": {
                "output": [{"type": "message", "id": "new", "content": [{"type": "output_text", "text": "Hi"}]}]
            },
        },
    )
    assert deltas == [TextDelta("Hi"), FinishDelta(FinishReason.STOP)]


async def test_a_stream_of_nothing_but_its_last_event_is_a_whole_answer() -> None:
    output = [
        {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "Hm."}]},
        {"type": "function_call", "id": "f", "call_id": "c", "name": "get_tide", "arguments": ""},
        {"type": "custom", "id": "x"},
    ]
    deltas = await read("xai", {"type": "response.completed", "response": {"status": "completed", "output": output}})
    assert deltas == [ThinkingDelta("Hm."), ToolCallDelta(0, "c", "get_tide"), FinishDelta(FinishReason.TOOL_CALLS)]


async def test_words_told_only_at_the_end_of_their_part_are_heard() -> None:
    deltas = await read(
        "xai",
        {"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "id": "m"}},
        {"type": "response.output_text.done", "item_id": "m", "output_index": 0, "content_index": 0, "text": "Hi"},
        {"type": "response.output_item.added", "item": {"type": "function_call", "call_id": "c", "name": "get_tide"}},
        {"type": "response.function_call_arguments.done", "item_id": "c", "arguments": "{}"},
        {"type": "response.done", "response": {"status": "completed"}},
    )
    assert deltas == [
        TextDelta("Hi"),
        ToolCallDelta(0, "c", "get_tide"),
        ToolCallDelta(0, arguments="{}"),
        FinishDelta(FinishReason.TOOL_CALLS),
    ]


@pytest.mark.parametrize(
    "news", [{"type": "error", "code": "slow_down", "message": "x"}, {"error": {"code": "slow_down"}}]
)
async def test_an_error_without_a_name_of_its_own_is_raised(news: dict[str, Any]) -> None:
    deltas: list[Delta] = []
    body = event({"type": "response.output_text.delta", "delta": "Hi"}) + event(news)
    with pytest.raises(RateLimitError):
        await read_body(every_provider()["xai"].dialect, body, "text/event-stream", deltas)
    assert deltas == [TextDelta("Hi")]


async def test_thoughts_counted_apart_belong_to_the_output() -> None:
    used = {
        "input_tokens": 10,
        "output_tokens": 2,
        "total_tokens": 15,
        "output_tokens_details": {"reasoning_tokens": 3},
    }
    deltas = await read("xai", {"type": "response.completed", "response": {"status": "completed", "usage": used}})
    assert added_up(deltas)["usage"] == [10, 5, 0, 3]


def test_a_dialect_of_plain_openai_takes_files_and_sound() -> None:
    dialect = ResponsesDialect(takes=Capability.FILES | Capability.AUDIO)
    parts = (
        FilePart("data:application/pdf;base64,AA==", "a.pdf"),
        FilePart("file_1", "b.pdf"),
        AudioPart("data:audio/mpeg;base64,AA=="),
    )
    request = ChatRequest(
        model="m", messages=(Message(role="user", parts=parts),), tools=(TIDE,), tool_choice="required", logprobs=1
    )
    body = dict(dialect.chat(request).json or {})
    assert body["input"][0]["content"] == [
        {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,AA=="},
        {"type": "input_file", "file_id": "file_1"},
        {"type": "input_audio", "input_audio": {"data": "AA==", "format": "mp3"}},
    ]
    assert body["include"] == ["reasoning.encrypted_content", "message.output_text.logprobs"]
    assert body["tool_choice"] == "required"


async def test_a_stream_said_to_be_over_is_over() -> None:
    deltas: list[Delta] = []
    body = event({"type": "response.output_text.delta", "delta": "Hi"}) + event("[DONE]")
    await read_body(every_provider()["xai"].dialect, body, "text/event-stream", deltas)
    assert deltas == [TextDelta("Hi"), FinishDelta(FinishReason.STOP)]


@pytest.mark.parametrize("name", ["xai", "openai"])
@pytest.mark.parametrize("shape", ["xai-thinking", "xai-whole", "xai-former", "openai-answer"])
async def test_either_shape_is_understood_whatever_was_asked_for(name: str, shape: str) -> None:
    recorded = next(one for one in streams() if one.name == shape)
    deltas: list[Delta] = []
    await read_body(every_provider()[name].dialect, recorded.body, recorded.kind, deltas)
    assert added_up(deltas) == recorded.told


async def test_a_field_a_server_does_not_know_is_left_out_the_second_time() -> None:
    complaint = {"code": "Client specified an invalid argument", "error": "Argument not supported: include"}
    refused = Saying(status=400, kind=JSON, pieces=(json.dumps(complaint).encode(),))
    whole = {"object": "response", "status": "completed", "output": []}
    told = Saying(kind=JSON, pieces=(json.dumps(whole).encode(),))
    async with far_end(refused, told) as end:
        async with AsyncClient(base_urls={"xai": end.url}, keys={"xai": "k"}, retries=0) as client:
            assert [delta async for delta in client.stream(ChatRequest(model="xai/m", messages=TALK))]
        first, second = (one.body for one in end.asked)
    assert set(first) - set(second) == {"include"}
