"""What a model takes, and in which range."""

from __future__ import annotations

from dataclasses import replace

import pytest

from omnichat.capabilities import Capability
from omnichat.effort import ORDER
from omnichat.errors import UnknownProviderError
from omnichat.messages import ChatRequest, Message
from omnichat.provider import Provider
from omnichat.ranges import PROBES, Range, limits_of
from omnichat.registry import every_provider

TALK = Capability.CHAT | Capability.STREAMING
HOTTEST = {
    "anthropic/claude-sonnet-4-5": 1,
    "bedrock/amazon.nova-lite-v1:0": 1,
    "openai/gpt-4.1": 2,
    "google/gemini-2.5-flash": 2,
    "mistral/mistral-small-latest": 1.5,
    "ollama/llama3.2": None,
}
EVERY_PROVIDER = pytest.mark.parametrize("provider", every_provider().values(), ids=lambda provider: provider.name)


@pytest.mark.parametrize(("model", "hottest"), HOTTEST.items())
def test_each_provider_has_its_own_hottest_temperature(model: str, hottest: float | None) -> None:
    assert limits_of(model).ranges["temperature"] == Range(0, hottest)


def test_a_model_that_always_thinks_takes_no_sampling() -> None:
    limits = limits_of("openai/o3")
    assert not limits.takes & {"temperature", "top_p", "frequency_penalty", "presence_penalty"}
    assert "temperature" not in limits.ranges
    assert limits.takes >= {"effort", "max_tokens", "seed", "stop"}


@pytest.mark.parametrize(("model", "effort"), [("openai/gpt-5.6", "none"), ("anthropic/claude-sonnet-4-5", None)])
def test_a_model_that_may_think_takes_a_temperature_only_while_it_does_not(model: str, effort: None) -> None:
    assert "temperature" in limits_of(model, effort=effort).takes
    assert "temperature" not in limits_of(model, effort="low").takes


def test_an_effort_the_model_does_not_have_changes_nothing() -> None:
    assert limits_of("openai/gpt-4.1", effort="high") == limits_of("openai/gpt-4.1")


def test_levels_of_thinking_are_those_that_differ() -> None:
    assert limits_of("openai/gpt-5").efforts == ("minimal", "low", "medium", "high")
    assert limits_of("anthropic/claude-opus-4-6").efforts == ("none", "low", "medium", "high", "max")
    assert limits_of("mistral/mistral-small-latest").efforts == ("none", "high")
    assert limits_of("ollama/qwen3").efforts == ("none", "medium")
    assert limits_of("openai/gpt-4.1").efforts == ()
    assert limits_of("deepseek/deepseek-chat").efforts == ()


def test_the_longest_answer_is_what_a_list_or_the_facts_say() -> None:
    assert limits_of("openai/gpt-4.1").ranges["max_tokens"] == Range(1, 32768)
    assert limits_of("openai/gpt-4.1", max_output=900).ranges["max_tokens"] == Range(1, 900)
    assert limits_of("custom/nobody-knows").ranges["max_tokens"] == Range(1, None)


def test_a_list_that_names_skills_decides_what_is_in_doubt() -> None:
    assert limits_of("openrouter/nobody/knows").efforts
    assert not limits_of("openrouter/nobody/knows", can=TALK | Capability.TOOLS).efforts
    assert limits_of("openrouter/nobody/knows", can=TALK | Capability.THINKING).efforts


def test_web_search_is_taken_where_the_model_has_it() -> None:
    assert "web_search" in limits_of("openai/gpt-4o-search-preview").takes
    assert "web_search" in limits_of("xai/grok-4.3").takes
    assert "web_search" not in limits_of("openai/gpt-4.1").takes
    assert "web_search" not in limits_of("ollama/qwen3").takes


def test_the_number_of_stops_is_limited_where_somebody_limits_it() -> None:
    stops = {name: limits_of(f"{name}/model").stops for name in ("openai", "google", "deepseek", "anthropic")}
    assert stops == {"openai": 4, "google": 5, "deepseek": 16, "anthropic": None}


def test_json_that_the_provider_itself_keeps_to_is_told_apart_from_a_wish_in_words() -> None:
    assert limits_of("openai/gpt-4.1").formats == ("object", "schema")
    assert limits_of("anthropic/claude-sonnet-4-5").formats == ("schema",)
    assert limits_of("deepseek/deepseek-chat").formats == ("object",)
    assert limits_of("replicate/meta/llama").formats == ()


def test_a_model_of_an_endpoint_of_ones_own_is_judged_by_whose_language_is_spoken() -> None:
    limits = limits_of("office/claude-sonnet-4-5", provider=every_provider()["anthropic"])
    assert limits == limits_of("anthropic/claude-sonnet-4-5")
    with pytest.raises(UnknownProviderError):
        limits_of("office/claude-sonnet-4-5")


@EVERY_PROVIDER
def test_what_is_taken_reaches_the_wire_and_nothing_else(provider: Provider) -> None:
    limits = limits_of(f"{provider.name}/some-model")
    plain = ChatRequest(model="some-model", messages=(Message.of("user", "Hello"),))
    for name in PROBES.keys() - {"tools", "tool_choice", "parallel_tool_calls", "web_search"}:
        asked = replace(plain, **{name: PROBES[name]})
        assert (provider.dialect.chat(asked) != provider.dialect.chat(plain)) == (name in limits.takes), name


@EVERY_PROVIDER
def test_ranges_belong_to_what_is_taken_and_levels_stand_in_order(provider: Provider) -> None:
    limits = limits_of(f"{provider.name}/some-model")
    assert limits.ranges.keys() <= limits.takes
    assert list(limits.efforts) == [level for level in ORDER if level in limits.efforts]
    assert ("effort" in limits.takes) == bool(limits.efforts)


def test_a_range_holds_its_ends_and_names_the_nearest() -> None:
    span = Range(0, 1)
    assert span.holds(0)
    assert span.holds(1)
    assert not span.holds(1.01)
    assert (span.nearest(-1), span.nearest(0.3), span.nearest(7)) == (0, 0.3, 1)
    assert Range(0).nearest(1e9) == 1e9


def test_the_fields_that_every_request_has_are_named() -> None:
    assert limits_of("openai/gpt-4.1").ours == {"model", "messages", "stream"}
    assert limits_of("anthropic/claude-sonnet-4-5").ours == {"model", "messages", "stream", "max_tokens"}
    assert limits_of("google/gemini-2.5-flash").ours == {"contents"}
