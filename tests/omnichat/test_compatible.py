"""Where the providers that speak like OpenAI differ from it."""

from __future__ import annotations

from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.capabilities import Capability
from omnichat.errors import AddressError, UnsupportedError
from omnichat.messages import ChatRequest, ImagePart, JsonFormat, Message, TextPart, Tool, ToolCall
from omnichat.registry import every_provider
from tests.omnichat.far_end import DONE, END, Saying, far_end, word
from tests.omnichat.test_responses import client_of

SCHEMA = {"type": "object", "properties": {"tide": {"type": "string"}}}
TIDE = Tool(name="get_tide", parameters=SCHEMA)
HELLO = (Message.of("user", "Hello"),)
CALLED = (
    Message.of("user", "Tide?"),
    Message(
        role="assistant",
        tool_calls=(ToolCall(id="call_a", name="get_tide"),),
        provider_data=({"reasoning_content": "Look it up."},),
    ),
    Message(role="tool", parts=(TextPart("low"),), tool_call_id="call_a"),
)


def asked(name: str, model: str = "m", **options: Any) -> dict[str, Any]:
    request = ChatRequest(**{"model": model, "messages": HELLO, **options})
    return dict(every_provider()[name].dialect.chat(request).json or {})


@pytest.mark.parametrize("name", ["deepseek", "moonshot", "zai"])
def test_reasoning_goes_back_with_the_calls_it_led_to(name: str) -> None:
    said = asked(name, messages=CALLED, tools=(TIDE,))["messages"][1]
    assert said["reasoning_content"] == "Look it up."
    assert said["tool_calls"][0]["id"] == "call_a"


@pytest.mark.parametrize("name", ["mistral", "together", "cerebras", "vllm"])
def test_reasoning_of_others_stays_here(name: str) -> None:
    assert "reasoning_content" not in asked(name, messages=CALLED, tools=(TIDE,))["messages"][1]


@pytest.mark.parametrize(
    ("name", "model", "effort", "told"),
    [
        ("deepseek", "deepseek-v4", "none", {"thinking": {"type": "disabled"}}),
        ("deepseek", "deepseek-v4", "max", {"reasoning_effort": "max"}),
        ("moonshot", "kimi-k2.6", "none", {"thinking": {"type": "disabled"}}),
        ("moonshot", "kimi-k2.6", "high", {"thinking": {"type": "enabled"}}),
        ("moonshot", "moonshot-v1-8k", "high", {}),
        ("zai", "glm-4.7", "low", {"thinking": {"type": "enabled"}}),
        ("zai", "glm-4-32b-0414-128k", "low", {}),
        ("together", "openai/gpt-oss-20b", "max", {"reasoning_effort": "high"}),
        ("together", "zai-org/GLM-5", "none", {"reasoning": {"enabled": False}}),
        ("fireworks", "accounts/fireworks/models/glm-5", "none", {"reasoning_effort": "none"}),
        ("mistral", "mistral-small-latest", "low", {"reasoning_effort": "high"}),
        ("mistral", "mistral-large-latest", "low", {}),
        ("cerebras", "gpt-oss-120b", "none", {"reasoning_effort": "low"}),
        ("cerebras", "llama-3.3-70b", "low", {}),
        ("huggingface", "openai/gpt-oss-20b", "medium", {"reasoning_effort": "medium"}),
        ("vllm", "Qwen/Qwen3-8B", "none", {"chat_template_kwargs": {"enable_thinking": False}}),
        ("anyscale", "openai/gpt-oss-20b", "low", {"reasoning_effort": "low"}),
        ("lmstudio", "openai/gpt-oss-20b", "minimal", {"reasoning_effort": "low"}),
    ],
)
def test_effort_is_told_in_the_words_of_the_provider(name: str, model: str, effort: str, told: dict[str, Any]) -> None:
    body = asked(name, model, effort=effort)
    assert {field: body[field] for field in body.keys() - asked(name, model).keys()} == told


def test_what_a_provider_does_not_take_is_left_out_or_named() -> None:
    surplus: dict[str, dict[str, Any]] = {
        "deepseek": {"seed": 7},
        "mistral": {"top_k": 5},
        "cerebras": {"presence_penalty": 1.0},
        "moonshot": {"parallel_tool_calls": False, "tools": (TIDE,)},
        "zai": {"frequency_penalty": 0.5},
    }
    for name, options in surplus.items():
        parameter = next(iter(options))
        assert parameter not in asked(name, **options)
        with pytest.raises(UnsupportedError, match=parameter):
            asked(name, strict=True, **options)
    assert "temperature" not in asked("moonshot", "kimi-k2.6", temperature=0.5)
    assert asked("moonshot", "moonshot-v1-8k", temperature=0.5)["temperature"] == 0.5
    assert asked("vllm", top_k=5)["top_k"] == 5


def test_mistral_has_names_of_its_own() -> None:
    body = asked("mistral", seed=7, tools=(TIDE,), tool_choice="required", max_tokens=9)
    assert (body["random_seed"], body["tool_choice"], body["max_tokens"]) == (7, "any", 9)
    assert not body.keys() & {"seed", "stream_options"}
    begun = asked("mistral", messages=(*HELLO, Message.of("assistant", "Moin, ")))
    assert begun["messages"][-1] == {"role": "assistant", "content": "Moin, ", "prefix": True}


def test_the_limit_goes_under_the_name_that_counts() -> None:
    assert asked("cerebras", max_tokens=9)["max_completion_tokens"] == 9
    assert asked("together", max_tokens=9)["max_tokens"] == 9


@pytest.mark.parametrize("name", ["deepseek", "moonshot", "zai"])
def test_a_schema_is_told_in_words_where_only_json_is_known(name: str) -> None:
    body = asked(name, response_format=JsonFormat(schema=SCHEMA))
    assert body["response_format"] == {"type": "json_object"}
    assert "tide" in body["messages"][0]["content"]


def test_deepseek_sees_nothing() -> None:
    with pytest.raises(UnsupportedError, match="vision"):
        asked("deepseek", messages=(Message(role="user", parts=(ImagePart("https://example.com/a.png"),)),))


@pytest.mark.parametrize(
    ("name", "typed", "path"),
    [
        ("deepseek", "{}/v1", "/v1/chat/completions"),
        ("deepseek", "{}", "/chat/completions"),
        ("anyscale", "{}", "/v1/chat/completions"),
        ("vllm", "{}", "/v1/chat/completions"),
        ("lmstudio", "{}/v1/", "/v1/chat/completions"),
        ("perplexity", "{}/v1", "/v1/responses"),
        ("xai", "{}/v1", "/v1/responses"),
    ],
)
async def test_a_typed_address_leads_to_the_right_place(name: str, typed: str, path: str) -> None:
    async with far_end(Saying(pieces=(word("Hi"), END, DONE))) as end:
        end.url = typed.format(end.url)
        async with client_of(end, name) as client:
            answer = await client.chat.completions.create(
                model=f"{name}/m", messages=[{"role": "user", "content": "x"}]
            )
        assert answer.choices[0].message.content == "Hi"
        assert end.asked[0].path == path


async def test_a_service_of_ones_own_has_to_be_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANYSCALE_BASE_URL", raising=False)
    async with AsyncClient(keys={"anyscale": "k"}) as client:
        with pytest.raises(AddressError, match="ANYSCALE_BASE_URL"):
            await anext(client.stream(ChatRequest(model="anyscale/m", messages=HELLO)))


def test_what_is_known_of_models_stands_in_for_silent_lists() -> None:
    def can(name: str, model: str) -> Capability:
        return every_provider()[name].capabilities(model)

    assert Capability.THINKING in can("together", "openai/gpt-oss-20b")
    assert Capability.VISION in can("mistral", "pixtral-large-latest")
    assert can("mistral", "mistral-embed") == Capability.EMBEDDINGS
    assert Capability.SEARCH in can("perplexity", "perplexity/sonar")
    assert Capability.VISION in can("moonshot", "moonshot-v1-32k-vision-preview")
    assert Capability.CHAT not in can("zai", "cogview-4")
    assert Capability.THINKING not in can("xai", "grok-4-fast-non-reasoning")
