"""litellm's catalogue, cut down to ours."""

from __future__ import annotations

from typing import Any

import pytest

from services.models.price_list import condensed, our_name

PRICED = {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06}


def entry(provider: str, **more: Any) -> dict[str, Any]:
    return {"litellm_provider": provider, "mode": "chat", **PRICED, **more}


@pytest.mark.parametrize(
    ("key", "provider", "name"),
    [
        ("gpt-5", "openai", "openai/gpt-5"),
        ("gemini/gemini-2.5-pro", "gemini", "google/gemini-2.5-pro"),
        ("gemini-2.5-pro", "vertex_ai-language-models", "vertex/gemini-2.5-pro"),
        ("vertex_ai/claude-opus-4-6", "vertex_ai-anthropic_models", "vertex/claude-opus-4-6"),
        ("azure/gpt-4.1", "azure", "azure/gpt-4.1"),
        ("azure_ai/mistral-large-3", "azure_ai", "azure/mistral-large-3"),
        ("amazon.nova-pro-v1:0", "bedrock_converse", "bedrock/amazon.nova-pro-v1:0"),
        ("together_ai/zai-org/GLM-5.2", "together_ai", "together/zai-org/GLM-5.2"),
        ("fireworks_ai/nomic-ai/nomic-embed-text-v1.5", "fireworks_ai-embedding-models",
         "fireworks/nomic-ai/nomic-embed-text-v1.5"),
        ("azure/eu/gpt-4.1", "azure", None),
        ("bedrock/us-east-1/anthropic.claude-instant-v1", "bedrock", None),
        ("together-ai-up-to-4b", "together_ai", None),
        ("novita/x", "novita", None),
    ],
)  # fmt: skip
def test_an_entry_gets_our_name_or_none(key: str, provider: str, name: str | None) -> None:
    assert our_name(key, entry(provider)) == name


def test_a_kind_of_model_that_we_do_not_serve_is_left_out() -> None:
    assert condensed({"sora-2": entry("openai", mode="video_generation"), "sample_spec": {}}) == {}


def test_prices_skills_and_levels_are_kept() -> None:
    raw = entry(
        "openai",
        max_input_tokens=1000,
        max_output_tokens="",
        cache_creation_input_token_cost=3e-06,
        input_cost_per_token_above_200k_tokens=5e-06,
        supports_reasoning=True,
        supports_vision=False,
        supports_minimal_reasoning_effort=True,
        supports_low_reasoning_effort=False,
        deprecation_date="2027-01-01",
    )
    assert condensed({"gpt-9": raw}) == {
        "openai/gpt-9": {
            "context": 1000,
            "prices": [1e-06, 2e-06, None, 3e-06],
            "long": [200_000, 5e-06, 2e-06, None, 3e-06],
            "can": ["chat", "streaming", "thinking"],
            "ends": "2027-01-01",
            "efforts": ["minimal", "medium", "high"],
        }
    }


def test_levels_that_are_listed_are_believed() -> None:
    raw = entry("zai", supports_reasoning=True, reasoning_effort_levels=["high", "none"])
    assert condensed({"zai/glm": raw})["zai/glm"]["efforts"] == ["none", "high"]


def test_a_dated_twin_is_kept_only_where_it_differs() -> None:
    same = {"gpt-9": entry("openai"), "gpt-9-2026-01-01": entry("openai")}
    assert list(condensed(same)) == ["openai/gpt-9"]
    cheaper = {**same, "gpt-9-2025-01-01": entry("openai", input_cost_per_token=0)}
    assert list(condensed(cheaper)) == ["openai/gpt-9", "openai/gpt-9-2025-01-01"]
