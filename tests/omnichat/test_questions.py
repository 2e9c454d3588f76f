"""OpenAI's parameters, read into a request."""

from __future__ import annotations

from typing import Any

import pytest

from omnichat import questions
from omnichat.capabilities import NOTHING, Capability
from omnichat.errors import UnsupportedError
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

HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
SCHEMA = {"type": "object", "properties": {"tide": {"type": "string"}}}


def asked(**options: Any) -> ChatRequest:
    return questions.request("custom/m", HELLO, options)


def said(message: dict[str, Any]) -> Message:
    (told,) = questions.request("custom/m", [message], {}).messages
    return told


def test_every_parameter_has_its_place() -> None:
    request = asked(
        temperature=0.5,
        top_p=0.9,
        top_k=40,
        max_completion_tokens=9,
        stop="END",
        seed=7,
        frequency_penalty=0.1,
        presence_penalty=0.2,
        tools=[
            {"type": "function", "function": {"name": "f", "description": "d", "parameters": SCHEMA, "strict": True}}
        ],
        tool_choice={"type": "function", "function": {"name": "f"}},
        parallel_tool_calls=False,
        response_format={"type": "json_schema", "json_schema": {"name": "tide", "schema": SCHEMA, "strict": True}},
        reasoning_effort="low",
        logprobs=True,
        top_logprobs=3,
        web_search_options={"search_context_size": "low"},
        strict=True,
        extra_body={"service_tier": "flex"},
        n=1,
        stream_options={"include_usage": True},
        user="me",
    )
    assert request == ChatRequest(
        model="custom/m",
        messages=(Message.of("user", "Hello"),),
        temperature=0.5,
        top_p=0.9,
        top_k=40,
        max_tokens=9,
        stop=("END",),
        seed=7,
        frequency_penalty=0.1,
        presence_penalty=0.2,
        tools=(Tool(name="f", description="d", parameters=SCHEMA, strict=True),),
        tool_choice="f",
        parallel_tool_calls=False,
        response_format=JsonFormat(schema=SCHEMA, name="tide", strict=True),
        effort="low",
        logprobs=3,
        web_search=True,
        search_options={"search_context_size": "low"},
        strict=True,
        extra={"service_tier": "flex", "user": "me"},
    )
    assert asked() == ChatRequest(model="custom/m", messages=(Message.of("user", "Hello"),))


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        ({"max_tokens": 5}, "max_tokens", 5),
        ({"logprobs": True}, "logprobs", 0),
        ({"logprobs": False, "top_logprobs": None}, "logprobs", None),
        ({"tool_choice": "any"}, "tool_choice", "required"),
        ({"tool_choice": "none"}, "tool_choice", "none"),
        ({"tool_choice": {"type": "allowed_tools"}}, "extra", {"tool_choice": {"type": "allowed_tools"}}),
        ({"tools": [{"type": "web_search"}]}, "extra", {"tools": [{"type": "web_search"}]}),
        ({"response_format": {"type": "json_object"}}, "response_format", JsonFormat()),
        ({"response_format": {"type": "text"}}, "response_format", None),
        ({"stop": ["a", "b"]}, "stop", ("a", "b")),
    ],
)
def test_a_parameter_may_be_written_in_several_ways(options: dict[str, Any], name: str, value: Any) -> None:
    assert getattr(asked(**options), name) == value


def test_all_kinds_of_parts_are_read() -> None:
    content = [
        {"type": "text", "text": "See"},
        {"type": "image_url", "image_url": {"url": "https://a.example/a.png", "detail": "low"}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA=="}},
        {"type": "file", "file": {"file_id": "file-1"}},
        {"type": "input_audio", "input_audio": {"data": "AA==", "format": "mp3"}},
        {"type": "refusal", "refusal": "No."},
    ]
    assert said({"role": "user", "content": content}).parts == (
        TextPart("See"),
        ImagePart("https://a.example/a.png", "low"),
        FilePart("data:application/pdf;base64,AA==", "a.pdf"),
        FilePart("file-1", "file"),
        AudioPart("data:audio/mpeg;base64,AA=="),
        TextPart("No."),
    )


def test_an_assistants_message_brings_its_calls_and_what_is_its_providers() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": ""}}
    data = {"anthropic": {"type": "thinking"}, "after": 0}
    told = said({"role": "assistant", "content": None, "tool_calls": [call], "provider_data": [data]})
    assert told == Message(
        role="assistant",
        parts=(TextPart(""),),
        tool_calls=(ToolCall(id="c", name="f"),),
        provider_data=(data,),
    )
    assert said({"role": "tool", "tool_call_id": "c", "content": "1"}).tool_call_id == "c"
    assert said({"role": "developer", "content": "Be brief."}).role == "system"


@pytest.mark.parametrize(
    ("part", "missing", "named"),
    [
        ({"type": "video_url"}, NOTHING, "video_url"),
        ({"type": "image_url", "image_url": 1}, Capability.VISION, "vision"),
        ({"type": "file", "file": {}}, Capability.FILES, "files"),
        ({"type": "input_audio"}, Capability.AUDIO, "audio"),
    ],
)
def test_a_part_that_cannot_be_read_is_named(part: dict[str, Any], missing: Capability, named: str) -> None:
    with pytest.raises(UnsupportedError, match=named) as raised:
        said({"role": "user", "content": [part]})
    assert raised.value.missing is missing
