"""What a list says of prices, limits and dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from omnichat.model_facts import completed
from omnichat.model_figures import day
from omnichat.prices import UNPRICED, Prices
from omnichat.provider import ModelInfo
from omnichat.registry import every_provider


def read(provider: str, *rows: dict[str, Any], under: str = "data") -> list[ModelInfo]:
    return every_provider()[provider].dialect.read_models({under: list(rows)})


def test_openrouter_prices_a_token_in_strings() -> None:
    pricing = {"prompt": "0.000003", "completion": "0.000015", "input_cache_read": "3e-7", "input_cache_write": "x"}
    row = {"id": "a/b", "pricing": pricing, "top_provider": {"max_completion_tokens": 64000}}
    (model,) = read("openrouter", {**row, "expiration_date": "2027-03-01"})
    assert model.prices == Prices(input=0.000003, output=0.000015, cached=3e-7)
    assert (model.max_output, model.ends) == (64000, date(2027, 3, 1))


@pytest.mark.parametrize("price", ["-1", "nan", "inf", "", None, True, {}, -0.5, "1e999"])
def test_what_is_no_price_is_unknown(price: object) -> None:
    (model,) = read("openrouter", {"id": "a/b", "pricing": {"prompt": price, "completion": price}})
    assert model.prices == UNPRICED


def test_together_prices_a_million_tokens_in_numbers() -> None:
    (model,) = every_provider()["together"].dialect.read_models(
        [{"id": "m", "type": "chat", "created": 0, "pricing": {"input": 0.5, "output": 2, "cached_input": 0.1}}]
    )
    prices = (model.prices.input, model.prices.output, model.prices.cached)
    assert prices == pytest.approx((0.5e-6, 2e-6, 1e-7))
    assert model.released is None


def test_groq_tells_the_longest_answer_and_the_day_of_release() -> None:
    first = {"id": "a", "created": 1733447754, "context_window": 8192, "max_completion_tokens": 4096}
    found = read("groq", first, {"id": "b", "created": 1740000000})
    assert (found[0].max_output, found[0].released, found[1].released) == (4096, date(2024, 12, 6), date(2025, 2, 19))


def test_a_moment_that_all_share_is_that_of_the_question() -> None:
    found = read("mistral", {"id": "a", "created": 1767131075}, {"id": "b", "created": 1767131075})
    assert [model.released for model in found] == [None, None]
    assert read("vllm", {"id": "a", "created": 1767131075})[0].released is None


def test_openai_and_mistral_announce_the_end() -> None:
    assert read("openai", {"id": "a", "shutdown_date": "2027-01-31"})[0].ends == date(2027, 1, 31)
    assert read("openai", {"id": "a", "shutdown_date": 1800000000})[0].ends == date(2027, 1, 15)
    assert read("mistral", {"id": "a", "deprecation": "2026-03-31T12:00:00Z"})[0].deprecated == date(2026, 3, 31)


def test_anthropic_google_and_azure_tell_in_words_of_their_own() -> None:
    row = {"id": "claude", "max_tokens": 64000, "created_at": "2026-02-01T00:00:00Z", "retires_at": "2027-02-01"}
    (claude,) = read("anthropic", {**row, "deprecated_at": "2026-12-01T00:00:00Z"})
    assert (claude.max_output, claude.released) == (64000, date(2026, 2, 1))
    assert (claude.deprecated, claude.ends) == (date(2026, 12, 1), date(2027, 2, 1))
    (gemini,) = read("google", {"name": "models/gemini", "outputTokenLimit": 8192}, under="models")
    assert gemini.max_output == 8192
    (deployed,) = read("azure", {"id": "mine", "model": "gpt-5", "deprecation": {"inference": 1800000000}})
    assert deployed.ends == date(2027, 1, 15)


@pytest.mark.parametrize("value", [None, "", "soon", 0, -5, 1, 1e30, 10**400, float("nan"), True, [], "0001-01-01"])
def test_what_is_no_day_is_none(value: object) -> None:
    assert day(value) is None


def test_what_is_known_fills_in_where_the_list_is_silent() -> None:
    silent, telling = ModelInfo(id="openai/gpt-5"), ModelInfo(id="openai/gpt-5", prices=Prices(input=1), max_output=3)
    assert completed(silent).prices.input
    assert completed(silent).max_output == 128_000
    assert (completed(telling).prices, completed(telling).max_output) == (Prices(input=1), 3)
