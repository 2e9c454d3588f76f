"""Gemini's own format: what it is asked, what it tells, and where it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from omnichat import AsyncClient
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
from tests.omnichat.telling import read_body

HI = (Message.of("user", "Hi"),)
TIDE = Tool(name="get_tide", description="The tide.", parameters={"type": "object", "properties": {}})
MODEL = "gemini-3.8-flash"
ANSWER = Saying(pieces=(event({"candidates": [{"content": {"parts": [{"text": "Yes"}]}, "finishReason": "STOP"}]}),))


def call(model: str = MODEL, provider: str = "google", **options: Any) -> Call:
    return every_provider()[provider].dialect.chat(ChatRequest(**{"model": model, "messages": HI, **options}))


def asked(model: str = MODEL, **options: Any) -> dict[str, Any]:
    return dict(call(model, **options).json or {})


def settings(model: str = MODEL, **options: Any) -> dict[str, Any]:
    return dict(asked(model, **options)["generationConfig"])


async def told(*chunks: Any) -> list[Delta]:
    deltas: list[Delta] = []
    body = b"".join(event(chunk) for chunk in chunks)
    await read_body(every_provider()["google"].dialect, body, "text/event-stream", deltas)
    return deltas


def chunk(text: str, **candidate: Any) -> dict[str, Any]:
    return {"candidates": [{"content": {"parts": [{"text": text}]}, **candidate}]}


def test_a_conversation_is_turns_of_parts_with_the_system_prompt_apart() -> None:
    talk = (
        Message.of("system", "Be brief."),
        Message.of("system", "Be kind."),
        Message.of("user", "Hello"),
        Message.of("user", "Anyone?"),
        Message.of("assistant", "Hi"),
        Message(
            role="user",
            parts=(
                TextPart("See"),
                ImagePart("data:image/png;base64,AA=="),
                ImagePart("https://example.org/a.jpg?x=1"),
                FilePart("data:application/pdf;base64,JVBERi0=", "a.pdf"),
                AudioPart("data:audio/wav;base64,UklG"),
                FilePart("https://example.org/notes", "notes"),
            ),
        ),
    )
    body = asked(messages=talk)
    assert body["systemInstruction"] == {"parts": [{"text": "Be brief.\n\nBe kind."}]}
    assert body["contents"] == [
        {"role": "user", "parts": [{"text": "Hello"}, {"text": "Anyone?"}]},
        {"role": "model", "parts": [{"text": "Hi"}]},
        {
            "role": "user",
            "parts": [
                {"text": "See"},
                {"inlineData": {"mimeType": "image/png", "data": "AA=="}},
                {"fileData": {"fileUri": "https://example.org/a.jpg?x=1", "mimeType": "image/jpeg"}},
                {"inlineData": {"mimeType": "application/pdf", "data": "JVBERi0="}},
                {"inlineData": {"mimeType": "audio/wav", "data": "UklG"}},
                {"fileData": {"fileUri": "https://example.org/notes"}},
            ],
        },
    ]


def test_a_model_without_a_system_prompt_hears_it_from_the_user() -> None:
    body = asked("gemma-3-27b-it", messages=(Message.of("system", "Be brief."), *HI))
    assert body == {
        "contents": [{"role": "user", "parts": [{"text": "Be brief."}, {"text": "Hi"}]}],
        "generationConfig": {},
    }


def test_every_parameter_has_its_place() -> None:
    tuned: dict[str, Any] = {"temperature": 0.5, "top_p": 0.9, "top_k": 5, "max_tokens": 50, "stop": ("END",)}
    more: dict[str, Any] = {"seed": 7, "presence_penalty": 0.1, "frequency_penalty": 0.2, "logprobs": 3}
    assert settings("gemini-2.0-flash", **tuned, **more) == {
        "temperature": 0.5,
        "topP": 0.9,
        "topK": 5,
        "maxOutputTokens": 50,
        "stopSequences": ["END"],
        "seed": 7,
        "presencePenalty": 0.1,
        "frequencyPenalty": 0.2,
        "responseLogprobs": True,
        "logprobs": 3,
    }


def test_extra_flows_into_the_settings() -> None:
    body = asked(temperature=1, extra={"generationConfig": {"mediaResolution": "LOW"}, "cachedContent": "c/1"})
    assert body["cachedContent"] == "c/1"
    assert body["generationConfig"] == {
        "temperature": 1,
        "thinkingConfig": {"includeThoughts": True},
        "mediaResolution": "LOW",
    }


@pytest.mark.parametrize(
    ("model", "effort", "thinking"),
    [
        (MODEL, None, {"includeThoughts": True}),
        (MODEL, "none", {"thinkingLevel": "MINIMAL"}),
        (MODEL, "low", {"includeThoughts": True, "thinkingLevel": "LOW"}),
        (MODEL, "max", {"includeThoughts": True, "thinkingLevel": "XHIGH"}),
        ("gemini-flash-latest", "high", {"includeThoughts": True, "thinkingLevel": "HIGH"}),
        ("gemini-2.5-flash", "none", {"thinkingBudget": 0}),
        ("gemini-2.5-flash", "medium", {"includeThoughts": True, "thinkingBudget": 8192}),
        ("gemini-2.5-flash", "max", {"includeThoughts": True, "thinkingBudget": 24576}),
        ("gemini-2.5-pro", "none", {"thinkingBudget": 128}),
        ("gemini-2.5-pro", "max", {"includeThoughts": True, "thinkingBudget": 32768}),
        ("gemini-2.0-flash", "high", None),
        ("gemini-2.5-flash-image", "high", None),
        ("gemma-4-27b-it", "high", None),
    ],
)
def test_a_model_thinks_by_level_or_by_budget_or_not_at_all(
    model: str, effort: Effort | None, thinking: dict[str, Any] | None
) -> None:
    assert settings(model, effort=effort).get("thinkingConfig") == thinking


def test_a_thinking_level_that_is_refused_is_given_up_and_then_thinking_too() -> None:
    dialect, error = every_provider()["google"].dialect, BadRequestError("Thinking level is not supported", provider="")
    first = dialect.simpler(call(effort="max", temperature=1), error)
    assert first
    assert (first.json or {})["generationConfig"] == {"temperature": 1, "thinkingConfig": {"includeThoughts": True}}
    second = dialect.simpler(first, error)
    assert second
    assert (second.json or {})["generationConfig"] == {"temperature": 1}
    assert dialect.simpler(second, error) is None
    assert dialect.simpler(call(effort="max", strict=False), BadRequestError("no such field", provider="")) is None
    assert dialect.simpler(call(effort="high", strict=True), error) is None


@pytest.mark.parametrize(
    ("choice", "config"),
    [
        ("auto", {"mode": "AUTO"}),
        ("none", {"mode": "NONE"}),
        ("required", {"mode": "ANY"}),
        ("get_tide", {"mode": "ANY", "allowedFunctionNames": ["get_tide"]}),
    ],
)
def test_tools_are_declared_and_chosen(choice: str, config: dict[str, Any]) -> None:
    body = asked(tools=(TIDE, Tool(name="get_wind")), tool_choice=choice, web_search=True, parallel_tool_calls=False)
    assert body["tools"] == [
        {
            "functionDeclarations": [
                {
                    "name": "get_tide",
                    "description": "The tide.",
                    "parametersJsonSchema": {"type": "object", "properties": {}},
                },
                {"name": "get_wind"},
            ]
        },
        {"googleSearch": {}},
    ]
    assert body["toolConfig"] == {"functionCallingConfig": config}


def test_a_schema_is_sent_without_references() -> None:
    schema = {
        "type": "object",
        "properties": {"harbour": {"$ref": "#/$defs/Harbour"}, "near": {"$ref": "#/$defs/Node", "title": "Near"}},
        "$defs": {
            "Harbour": {"type": "object", "properties": {"names": {"type": "array", "items": {"type": "string"}}}},
            "Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}},
        },
    }
    config = settings("gemini-2.0-flash", response_format=JsonFormat(schema=schema))
    assert config == {
        "responseMimeType": "application/json",
        "responseJsonSchema": {
            "type": "object",
            "properties": {
                "harbour": {"type": "object", "properties": {"names": {"type": "array", "items": {"type": "string"}}}},
                "near": {"type": "object", "properties": {"next": {"type": "object"}}, "title": "Near"},
            },
        },
    }
    assert settings("gemini-2.0-flash", response_format=JsonFormat()) == {"responseMimeType": "application/json"}


@pytest.mark.parametrize(
    ("model", "options", "named"),
    [(MODEL, {"parallel_tool_calls": True}, "parallel_tool_calls"), ("gemini-2.0-flash", {"effort": "low"}, "effort")],
)
def test_who_is_strict_hears_what_is_not_taken(model: str, options: dict[str, Any], named: str) -> None:
    with pytest.raises(UnsupportedError, match=named):
        asked(model, strict=True, **options)


async def test_signatures_come_back_where_they_belong() -> None:
    deltas = await told(
        {
            "candidates": [
                {
                    "content": {
                        "parts": [
                            {"text": "I look.", "thoughtSignature": "sig-text"},
                            {"functionCall": {"name": "get_tide", "args": {}}, "thoughtSignature": "sig-call"},
                            {"functionCall": {"id": "f9", "name": "get_wind", "args": {"at": "Husum"}}},
                        ]
                    },
                    "finishReason": "STOP",
                }
            ]
        }
    )
    data = tuple(delta.data for delta in deltas if isinstance(delta, ProviderDataDelta))
    calls = (ToolCall(id="call_0", name="get_tide"), ToolCall(id="f9", name="get_wind", arguments='{"at": "Husum"}'))
    talk = (
        *HI,
        Message(role="assistant", parts=(TextPart("I look."),), tool_calls=calls, provider_data=data),
        Message(role="tool", parts=(TextPart('{"level": 3}'),), tool_call_id="call_0"),
        Message(role="tool", parts=(TextPart("calm"),), tool_call_id="f9"),
    )
    assert asked(messages=talk)["contents"][1:] == [
        {
            "role": "model",
            "parts": [
                {"text": "I look.", "thoughtSignature": "sig-text"},
                {"functionCall": {"name": "get_tide", "args": {}}, "thoughtSignature": "sig-call"},
                {"functionCall": {"id": "f9", "name": "get_wind", "args": {"at": "Husum"}}},
            ],
        },
        {
            "role": "user",
            "parts": [
                {"functionResponse": {"name": "get_tide", "response": {"level": 3}}},
                {"functionResponse": {"id": "f9", "name": "get_wind", "response": {"result": "calm"}}},
            ],
        },
    ]


def test_a_call_that_another_model_made_is_let_through() -> None:
    foreign = Message(role="assistant", tool_calls=(ToolCall(id="call_x", name="get_tide", arguments="no json"),))
    call_part = {"functionCall": {"id": "call_x", "name": "get_tide", "args": {}}}
    signed = {**call_part, "thoughtSignature": "skip_thought_signature_validator"}
    assert asked(messages=(*HI, foreign))["contents"][1]["parts"] == [signed]
    assert asked("gemini-2.5-pro", messages=(*HI, foreign))["contents"][1]["parts"] == [call_part]


def test_a_signature_without_words_keeps_its_place() -> None:
    silent = Message(role="assistant", provider_data=({"thoughtSignature": "sig"}, {"type": "thinking"}))
    assert asked(messages=(*HI, silent))["contents"][1]["parts"] == [{"text": "", "thoughtSignature": "sig"}]


async def test_sources_are_found_in_characters_though_they_are_told_in_bytes() -> None:
    grounding = {
        "groundingChunks": [
            {"web": {"uri": "https://tide.example", "title": "Tides"}},
            {"retrievedContext": {"uri": "https://book.example", "title": "Book", "text": "High at noon."}},
            {"web": {}},
        ],
        "groundingSupports": [
            {"segment": {"startIndex": 4, "endIndex": 8, "text": "Flut"}, "groundingChunkIndices": [0, 2, 9]}
        ],
    }
    copied = {"citationSources": [{"startIndex": 0, "endIndex": 3, "uri": "https://song.example"}]}
    deltas = await told(
        chunk("☀ Fl", groundingMetadata={}),
        chunk("ut", groundingMetadata=grounding, citationMetadata=copied, finishReason="STOP"),
    )
    assert [delta for delta in deltas if isinstance(delta, CitationDelta)] == [
        CitationDelta(url="https://tide.example", title="Tides", start=2, end=6),
        CitationDelta(url="https://book.example", title="Book", quote="High at noon."),
        CitationDelta(url="https://song.example", start=0, end=1),
    ]


async def test_a_segment_that_is_elsewhere_is_looked_for() -> None:
    segment = {"startIndex": 1, "endIndex": 3, "text": "two"}
    grounding = {
        "groundingChunks": [{"web": {"uri": "https://a.example"}}],
        "groundingSupports": [{"segment": segment, "groundingChunkIndices": [0]}],
    }
    deltas = await told(chunk("one two", finishReason="STOP"), chunk("", groundingMetadata=grounding))
    assert CitationDelta(url="https://a.example", start=4, end=7) in deltas


async def test_probabilities_are_told_token_by_token() -> None:
    result = {
        "chosenCandidates": [{"token": "Y", "logProbability": -0.1}, {"token": "es"}],
        "topCandidates": [
            {"candidates": [{"token": "Y", "logProbability": -0.1}, {"token": "N", "logProbability": -3}]}
        ],
    }
    deltas = await told(chunk("Yes", logprobsResult=result, finishReason="STOP"))
    assert [delta for delta in deltas if isinstance(delta, LogprobDelta)] == [
        LogprobDelta(token="Y", logprob=-0.1, top=(("Y", -0.1), ("N", -3.0))),
        LogprobDelta(token="es", logprob=0.0),
    ]


def test_a_model_has_an_address_of_its_own() -> None:
    tail = ":streamGenerateContent?alt=sse"
    assert call().path == f"/models/{MODEL}{tail}"
    assert call("tunedModels/tides-1").path == f"/tunedModels/tides-1{tail}"
    assert call(provider="vertex").path == f"/publishers/google/models/{MODEL}{tail}"
    assert call(f"google/{MODEL}", "vertex").path == f"/publishers/google/models/{MODEL}{tail}"
    assert call("endpoints/42", "vertex").path == f"/endpoints/42{tail}"


async def test_a_long_list_is_read_page_by_page() -> None:
    def page(name: str, onward: str = "") -> Saying:
        told = {"models": [{"name": f"models/{name}", "supportedGenerationMethods": ["generateContent"]}]}
        return Saying(
            kind=JSON, pieces=(json.dumps({**told, **({"nextPageToken": onward} if onward else {})}).encode(),)
        )

    async with (
        far_end(page("gemini-a", "x+1"), page("gemini-b")) as end,
        AsyncClient(keys={"google": "k"}, base_urls={"google": end.url}) as client,
    ):
        models = await client.list_models("google")
    assert [model.id for model in models] == ["google/gemini-a", "google/gemini-b"]
    assert [asked.path for asked in end.asked] == [
        "/models?pageSize=1000",
        "/models?pageSize=1000&pageToken=x%2B1",
    ]


VARIABLES = ("VERTEX_PROJECT", "GOOGLE_CLOUD_PROJECT", "VERTEX_LOCATION", "GOOGLE_CLOUD_LOCATION")


@pytest.mark.parametrize(
    ("variables", "key", "address"),
    [
        ({}, None, None),
        ({"GOOGLE_CLOUD_PROJECT": "p"}, "AQ.express", None),
        (
            {"GOOGLE_CLOUD_PROJECT": "p"},
            None,
            "https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global",
        ),
        (
            {"VERTEX_PROJECT": "q", "GOOGLE_CLOUD_PROJECT": "p", "VERTEX_LOCATION": "europe-west4"},
            None,
            "https://europe-west4-aiplatform.googleapis.com/v1beta1/projects/q/locations/europe-west4",
        ),
        (
            {"GOOGLE_CLOUD_LOCATION": "eu"},
            '{"project_id": "tides"}',
            "https://aiplatform.eu.rep.googleapis.com/v1beta1/projects/tides/locations/eu",
        ),
        ({"GOOGLE_APPLICATION_CREDENTIALS": "/nonexistent"}, "ya29.token", None),
    ],
)
def test_vertex_is_where_its_project_is(variables: dict[str, str], key: str | None, address: str | None) -> None:
    locate = every_provider()["vertex"].locate
    assert locate
    assert locate(variables, key) == address


async def test_whoever_names_a_project_reaches_vertex(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    async with AsyncClient() as client:
        assert "vertex" not in {provider.name for provider in client.reachable()}
    monkeypatch.setenv("VERTEX_PROJECT", "tides")
    async with AsyncClient() as client:
        assert "vertex" in {provider.name for provider in client.reachable()}


async def test_the_list_of_vertex_belongs_to_no_project() -> None:
    body = json.dumps({"publisherModels": [{"name": "publishers/google/models/gemini-3.8-flash"}]}).encode()
    async with far_end(Saying(kind=JSON, pieces=(body,))) as end:
        address = f"{end.url}/v1beta1/projects/p/locations/global"
        async with AsyncClient(keys={"vertex": "AQ.express"}, base_urls={"vertex": address}) as client:
            models = await client.list_models("vertex")
    assert [asked.path for asked in end.asked] == ["/v1beta1/publishers/google/models?pageSize=100"]
    assert [model.id for model in models] == ["vertex/gemini-3.8-flash"]
    assert "thinking" in models[0].can.names
