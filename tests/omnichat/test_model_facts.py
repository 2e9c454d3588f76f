"""What is known of models without asking anybody."""

from __future__ import annotations

from datetime import date

import pytest

from omnichat import Capability, ModelInfo, UsageDelta, cost, facts_about
from omnichat.model_facts import catalogue, completed, plain_name
from omnichat.registry import every_provider


def test_a_model_has_size_prices_skills_and_a_last_day() -> None:
    facts = facts_about("openai/gpt-5")
    assert facts
    assert facts.context
    assert facts.max_output
    assert facts.prices.input
    assert facts.prices.output
    assert facts.prices.cached
    assert facts.prices.cached < facts.prices.input < facts.prices.output < 1e-3
    assert Capability.CHAT | Capability.TOOLS | Capability.VISION in facts.can
    assert isinstance(facts.ends, date)
    assert "low" in facts.efforts


def test_writing_to_the_cache_has_a_price_of_its_own() -> None:
    facts = facts_about("anthropic/claude-sonnet-4-5")
    assert facts
    assert facts.prices.written
    assert facts.prices.input
    assert facts.prices.written > facts.prices.input


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("openai/gpt-5-2025-08-07", "openai/gpt-5"),
        ("google/models/gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("mistral/mistral-large-latest", "mistral/mistral-large-2512"),
        ("bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("vertex/claude-sonnet-4-5@20250929", "vertex/claude-sonnet-4-5"),
        ("openrouter/anthropic/claude-sonnet-4.5:beta", "anthropic/claude-sonnet-4-5"),
        ("fireworks/accounts/fireworks/models/kimi-k2p7-code", "fireworks/kimi-k2p7-code"),
        ("ollama/llama3:70b-instruct", "ollama/llama3"),
        ("groq/openai/gpt-oss-120b", "groq/openai/gpt-oss-120b"),
    ],
)
def test_a_date_a_tag_and_a_region_are_seen_through(name: str, found: str) -> None:
    facts = facts_about(name)
    assert facts
    assert plain_name(facts.id) == plain_name(found)


@pytest.mark.parametrize("name", ["custom/gpt-5", "local/tiny", "openai/no-such-model", "nobody/gpt-5", "gpt-5", ""])
def test_nothing_is_said_of_strangers(name: str) -> None:
    assert facts_about(name) is None
    assert cost(name, UsageDelta(1, 1)) is None


def test_cost_counts_cached_input_at_its_own_price() -> None:
    facts = facts_about("openai/gpt-5")
    assert facts
    prices = facts.prices
    assert prices.input
    assert prices.output
    assert prices.cached
    expected = 600 * prices.input + 400 * prices.cached + 50 * prices.output
    assert cost("openai/gpt-5", UsageDelta(1000, 50, cached_tokens=400)) == pytest.approx(expected)


def test_a_long_prompt_costs_more_a_token() -> None:
    facts = facts_about("google/gemini-2.5-pro")
    assert facts
    assert facts.long_from == 200_000
    short, long = (cost("google/gemini-2.5-pro", UsageDelta(size, 0)) for size in (200_000, 200_001))
    assert short
    assert long
    assert long > 1.5 * short


def test_what_is_given_away_costs_nothing() -> None:
    assert cost("openrouter/z-ai/glm-5:free", UsageDelta(1000, 1000)) == 0


def test_a_model_without_a_price_per_token_has_no_cost() -> None:
    assert facts_about("openai/whisper-1")
    assert cost("openai/whisper-1", UsageDelta(1, 1)) is None


def test_a_provider_s_own_list_comes_before_the_catalogue() -> None:
    assert completed(ModelInfo(id="openai/gpt-5", context=7)).context == 7
    assert completed(ModelInfo(id="openai/gpt-5")).context == 272_000
    assert completed(ModelInfo(id="custom/gpt-5")).context is None


def test_every_entry_can_be_read_and_found_again() -> None:
    for name in catalogue()["models"]:
        facts = facts_about(name)
        assert facts
        assert facts.id == name
        assert all(price is None or 0 <= price < 0.1 for price in (facts.prices.input, facts.prices.output))
    assert {name.partition("/")[0] for name in catalogue()["models"]} <= every_provider().keys() | {"azure", "bedrock"}


def test_the_catalogue_names_its_source_and_licence() -> None:
    assert catalogue()["source"].startswith("litellm ")
    assert date.fromisoformat(catalogue()["date"])
    assert catalogue()["licence"].startswith("MIT License\n\nCopyright (c) 2023 Berri AI")
