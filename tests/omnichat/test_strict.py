"""What a provider or a model does not take: left out, or named."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.capabilities import Capability
from omnichat.errors import BadRequestError, UnsupportedError
from omnichat.messages import AudioPart, ChatRequest, JsonFormat, Message, Tool
from omnichat.parameters import CALLERS_NAMES, PARAMETERS, UNSET
from omnichat.provider import Provider
from omnichat.registry import every_provider
from tests.omnichat.far_end import DONE, END, JSON, Saying, far_end, word

EVERY = [pytest.param(provider, id=name) for name, provider in every_provider().items()]
SCHEMA = {"type": "object", "properties": {"tide": {"type": "string", "minLength": 1}}, "required": ["tide"]}
HELLO = (Message.of("user", "Hello"),)
SET: dict[str, Any] = {
    "temperature": 0.5,
    "top_p": 0.9,
    "top_k": 40,
    "max_tokens": 4096,
    "stop": ("END",),
    "seed": 7,
    "frequency_penalty": 0.5,
    "presence_penalty": 0.5,
    "tools": (Tool(name="get_tide", parameters=SCHEMA),),
    "tool_choice": "get_tide",
    "parallel_tool_calls": False,
    "response_format": JsonFormat(schema=SCHEMA),
    "effort": "high",
    "logprobs": 2,
    "web_search": True,
}


def asked(name: str, model: str = "m", **options: Any) -> dict[str, Any]:
    request = ChatRequest(**{"model": model, "messages": HELLO, **options})
    return dict(every_provider()[name].dialect.chat(request).json or {})


def test_the_parameters_are_all_known() -> None:
    assert SET.keys() == PARAMETERS == UNSET.keys()


@pytest.mark.parametrize("provider", EVERY)
@pytest.mark.parametrize("name", sorted(SET))
def test_a_parameter_is_taken_or_left_out_or_named(provider: Provider, name: str) -> None:
    options = {name: SET[name]} | ({"tools": SET["tools"]} if name.startswith(("tool", "parallel")) else {})
    plain = ChatRequest(model="m", messages=HELLO, **(options if name == "tools" else {**options, name: UNSET[name]}))
    wished = ChatRequest(model="m", messages=HELLO, **options)
    loose = provider.dialect.chat(wished)
    refused: UnsupportedError | None = None
    strict = None
    try:
        strict = provider.dialect.chat(ChatRequest(model="m", messages=HELLO, strict=True, **options)).json
    except UnsupportedError as error:
        refused = error
    if refused:
        assert refused.parameter in {CALLERS_NAMES.get(one, one) for one in options}
        assert refused.parameter in str(refused)
    else:
        assert strict == loose.json
        assert strict != provider.dialect.chat(plain).json or name == "tools"


@pytest.mark.parametrize("provider", EVERY)
def test_all_parameters_at_once_are_never_too_much(provider: Provider) -> None:
    assert provider.dialect.chat(ChatRequest(model="m", messages=HELLO, **SET)).json
    for model in provider.skills:
        with suppress(UnsupportedError):
            provider.dialect.chat(ChatRequest(model=model, messages=HELLO, strict=True, **SET))


@pytest.mark.parametrize(
    ("name", "model", "option", "named"),
    [
        ("openai", "o3", "temperature", "temperature"),
        ("openai", "gpt-4.1", "top_k", "top_k"),
        ("openai", "gpt-4.1", "effort", "reasoning_effort"),
        ("openai", "gpt-4.1", "web_search", "web_search_options"),
        ("groq", "llama-3.3-70b", "logprobs", "logprobs"),
        ("groq", "llama-3.3-70b", "frequency_penalty", "frequency_penalty"),
        ("anthropic", "claude-opus-4-8", "temperature", "temperature"),
        ("anthropic", "claude-opus-4-8", "seed", "seed"),
        ("anthropic", "claude-3-haiku-20240307", "effort", "reasoning_effort"),
        ("anthropic", "claude-3-haiku-20240307", "response_format", "response_format"),
        ("ollama", "qwen3", "tool_choice", "tool_choice"),
        ("deepseek", "deepseek-v4", "response_format", "response_format"),
    ],
)
def test_who_is_strict_hears_what_is_not_taken(name: str, model: str, option: str, named: str) -> None:
    with pytest.raises(UnsupportedError, match=named) as raised:
        asked(name, model, strict=True, **{option: SET[option]})
    assert raised.value.parameter == named
    assert asked(name, model, **{option: SET[option]})


def test_a_level_that_is_not_on_offer_is_named_or_the_nearest_taken() -> None:
    assert asked("openai", "o3", effort="xhigh")["reasoning_effort"] == "high"
    assert asked("openai", "gpt-5", effort="none")["reasoning_effort"] == "minimal"
    assert asked("openai", "gpt-5.6", effort="minimal")["reasoning_effort"] == "low"
    with pytest.raises(UnsupportedError, match="reasoning_effort"):
        asked("openai", "o3", effort="xhigh", strict=True)


@pytest.mark.parametrize(
    ("name", "effort", "told"),
    [
        ("openrouter", "low", {"reasoning": {"effort": "low"}}),
        ("ollama", "low", {"think": True}),
        ("ollama", "none", {"think": False}),
        ("llamacpp", "none", {"chat_template_kwargs": {"enable_thinking": False}}),
        ("custom", "max", {"reasoning_effort": "max"}),
    ],
)
def test_effort_is_told_in_the_words_of_the_provider(name: str, effort: str, told: dict[str, Any]) -> None:
    body = asked(name, "m", effort=effort)
    assert {field: body[field] for field in body.keys() - asked(name).keys()} == told


@pytest.mark.parametrize(
    ("model", "effort", "told"),
    [
        ("claude-opus-4-8", "xhigh", {"thinking": "adaptive", "effort": "xhigh"}),
        ("claude-opus-4-6", "xhigh", {"thinking": "adaptive", "effort": "high"}),
        ("claude-sonnet-5", "minimal", {"thinking": "adaptive", "effort": "low"}),
        ("claude-fable-5", "none", {"thinking": "disabled"}),
        ("claude-sonnet-4-5", "medium", {"thinking": "enabled", "budget": 8192}),
        ("claude-opus-4-20250514", "max", {"thinking": "enabled", "budget": 31999}),
        ("claude-3-7-sonnet-latest", "low", {"thinking": "enabled", "budget": 2048}),
        ("claude-sonnet-4-5", "none", {}),
        ("claude-3-5-haiku-latest", "high", {}),
    ],
)
def test_each_generation_of_claude_thinks_in_its_way(model: str, effort: str, told: dict[str, Any]) -> None:
    body = asked("anthropic", model, effort=effort)
    thinking = body.get("thinking", {})
    said = {
        "thinking": thinking.get("type"),
        "budget": thinking.get("budget_tokens"),
        "effort": body.get("output_config", {}).get("effort"),
    }
    assert {name: value for name, value in said.items() if value} == told


def test_claude_thinks_within_its_limit_and_then_chooses_by_itself() -> None:
    body = asked("anthropic", "claude-sonnet-4-5", **{**SET, "response_format": None})
    assert body["thinking"] == {"type": "enabled", "budget_tokens": 4095}
    assert "temperature" not in body
    assert body["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}
    assert "thinking" not in asked("anthropic", "claude-sonnet-4-5", effort="high", max_tokens=500)
    with pytest.raises(UnsupportedError, match="tool_choice"):
        asked("anthropic", "claude-sonnet-4-5", effort="high", tools=SET["tools"], tool_choice="required", strict=True)


def test_a_schema_is_kept_by_the_server_or_asked_for_in_words() -> None:
    form = JsonFormat(schema=SCHEMA, name="tide", strict=True)
    kept = asked("openai", "gpt-4.1", response_format=form)["response_format"]
    assert kept == {"type": "json_schema", "json_schema": {"name": "tide", "schema": SCHEMA, "strict": True}}
    assert asked("ollama", response_format=form)["format"] == SCHEMA
    assert asked("ollama", response_format=JsonFormat())["format"] == "json"
    claude = asked("anthropic", "claude-opus-4-8", response_format=form, effort="low")
    assert claude["output_config"]["effort"] == "low"
    assert claude["output_config"]["format"]["schema"] == {
        "type": "object",
        "properties": {"tide": {"type": "string", "description": '{"minLength": 1}'}},
        "required": ["tide"],
        "additionalProperties": False,
    }
    assert '"minLength": 1' in asked("anthropic", "claude-3-opus-latest", response_format=form)["system"]
    deepseek = asked("deepseek", response_format=form)
    assert deepseek["response_format"] == {"type": "json_object"}
    assert '"minLength": 1' in deepseek["messages"][0]["content"]


UNKNOWN_FORMAT = b'{"error": {"message": "This response_format type is unavailable now"}}'


async def test_a_server_that_knows_no_schema_is_asked_in_words() -> None:
    refused = Saying(status=400, kind=JSON, pieces=(UNKNOWN_FORMAT,))
    says = (refused, refused, Saying(pieces=(word("{}"), END, DONE)))
    async with far_end(*says) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]
        form = {"type": "json_schema", "json_schema": {"name": "tide", "schema": SCHEMA}}
        await client.chat.completions.create(model="custom/m", messages=messages, response_format=form)
    first, second, third = (asked.body for asked in end.asked)
    assert first["response_format"]["type"] == "json_schema"
    assert second["response_format"] == {"type": "json_object"}
    assert second["messages"][0]["content"].startswith("Be brief.\n\nAnswer with one JSON object")
    assert "response_format" not in third
    assert third["messages"] == second["messages"]


async def test_a_strict_request_is_not_made_simpler() -> None:
    refused = Saying(status=400, kind=JSON, pieces=(UNKNOWN_FORMAT,))
    async with far_end(refused) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        with pytest.raises(BadRequestError, match="response_format"):
            await client.chat.completions.create(
                model="custom/m",
                messages=[{"role": "user", "content": "Hello"}],
                response_format={"type": "json_object"},
                strict=True,
            )
    assert len(end.asked) == 1


@pytest.mark.parametrize(
    ("name", "field", "path"),
    [("anthropic", "thinking", "claude-sonnet-4-5"), ("ollama", "think", "gemma3")],
)
async def test_a_model_that_does_not_think_answers_without(name: str, field: str, path: str) -> None:
    told = f'{{"error": "{path} does not support {field}: {field} is not supported"}}'.encode()
    refused = Saying(status=400, kind=JSON, pieces=(told,))
    keys = {"anthropic": "k"}
    async with far_end(refused) as end, AsyncClient(base_urls={name: end.url}, keys=keys, retries=0) as client:
        with suppress(BadRequestError):
            await client.chat.completions.create(
                model=f"{name}/{path}", messages=[{"role": "user", "content": "Hello"}], reasoning_effort="high"
            )
    first, second = (asked.body for asked in end.asked)
    assert set(first) - set(second) == {field}


def test_ollama_which_has_no_choice_of_tools_is_offered_none_or_all() -> None:
    tools = SET["tools"]
    assert "tools" not in asked("ollama", tools=tools, tool_choice="none", strict=True)
    assert asked("ollama", tools=tools, tool_choice="auto", strict=True)["tools"]
    assert asked("ollama", "gpt-oss:20b", effort="max")["think"] == "high"


async def test_what_belongs_together_is_left_out_together() -> None:
    told = b'{"error": {"message": "Unsupported parameter: logprobs"}}'
    says = (Saying(status=400, kind=JSON, pieces=(told,)), Saying(pieces=(word("Hi"), END, DONE)))
    async with far_end(*says) as end, AsyncClient(base_urls={"custom": end.url}, retries=0) as client:
        messages = [{"role": "user", "content": "Hello"}]
        await client.chat.completions.create(model="custom/m", messages=messages, logprobs=True, top_logprobs=2)
    first, second = (asked.body for asked in end.asked)
    assert set(first) - set(second) == {"logprobs", "top_logprobs"}


@pytest.mark.parametrize("name", ["custom", "llamacpp", "openai"])
def test_sound_is_sent_as_it_is_and_not_fetched(name: str) -> None:
    def heard(url: str) -> dict[str, Any]:
        return asked(name, messages=(Message(role="user", parts=(AudioPart(url),)),))

    assert heard("data:audio/x-wav;base64,AA==")["messages"][0]["content"] == [
        {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}}
    ]
    with pytest.raises(UnsupportedError) as raised:
        heard("https://a.example/a.wav")
    assert raised.value.missing is Capability.AUDIO
