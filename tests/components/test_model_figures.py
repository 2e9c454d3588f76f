"""What is known of a model, as people read it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from components.model_figures import badge, dollars, facts, last_seen, name_of, prices, tokens, warning
from services.chats.replies import now
from services.models.speeds import Speed
from tests.services.stall import days_ago, entry


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "$0"),
        (0.000001, "< $0.0001"),
        (0.003125, "$0.0031"),
        (0.075, "$0.075"),
        (0.0999999, "$0.10"),
        (0.25, "$0.25"),
        (1.9, "$1.90"),
        (2, "$2"),
        (14, "$14"),
        (12.5, "$12.50"),
        (1250.4, "$1,250"),
    ],
)
def test_dollars_are_as_exact_as_they_are_small(value: float, words: str) -> None:
    assert dollars(value) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, ""),
        (0, ""),
        (512, "512"),
        (8192, "8 k"),
        (131_072, "131 k"),
        (999_999, "1 M"),
        (1_048_576, "1 M"),
        (2_097_152, "2.1 M"),
        (10_000_000, "10 M"),
    ],
)
def test_tokens_are_told_in_few_signs(count: int | None, words: str) -> None:
    assert tokens(count) == words


def test_a_price_is_a_pair_or_free_or_unknown() -> None:
    assert prices(entry("groq/a", dollars=(0.25, 2)), local=False) == "$0.25 / $2"
    assert prices(entry("groq/a", dollars=(0, 0)), local=False) == "free"
    assert prices(entry("local/a"), local=True) == "free"
    assert prices(entry("groq/a"), local=False) == ""


def test_a_model_that_goes_or_went_carries_a_warning() -> None:
    ahead, past = days_ago(-10), days_ago(10)
    assert warning(entry("groq/a", ends=ahead)).startswith("It will be shut down on")
    assert warning(entry("groq/a", ends=past)).startswith("Shut down on")
    assert warning(entry("groq/a", deprecated=past)).startswith("Its maker gave it up")
    assert warning(entry("groq/a", gone=True)).startswith("Its source does not list it")
    assert warning(entry("groq/a")) == ""
    tones = [badge(entry("groq/a", **more), new=True)[1] for more in ({"ends": ahead}, {"ends": past}, {"gone": True})]
    assert tones == ["warn", "bad", "warn"]
    assert badge(entry("groq/a"), new=True) == ("new", "accent")
    assert badge(entry("groq/a"), new=False) == ("", "")


def test_only_what_is_known_is_told() -> None:
    assert facts(entry("groq/a"), None, local=False) == []
    assert facts(entry("groq/a"), Speed(), local=False) == []
    told = dict(facts(entry("groq/a", context=1000), Speed(answers=3, first_token=0.5, tokens=80.4), local=False))
    assert told == {
        "Reads": "1,000 tokens",
        "Your first token": "0.50 s median",
        "Your speed": "80 tokens/s",
        "Your answers": "the last 3",
    }


@pytest.mark.parametrize(("hours", "words"), [(0.5, "just now"), (5, "5 h ago"), (47, "47 h ago"), (72, "3 days ago")])
def test_when_a_model_was_last_listed_is_told(hours: float, words: str) -> None:
    assert last_seen(now() - timedelta(hours=hours)) == f"Last seen in the catalogue {words}"
    assert last_seen(None) == ""


def test_a_name_is_one_line_of_some_length() -> None:
    assert name_of(entry("groq/a", "Two\nlines\tand " + "x" * 5000)).startswith("Two lines and x")
    assert len(name_of(entry("groq/a", "x" * 5000))) == 160
    assert name_of(entry("groq/some/model", " \n ")) == "some/model"
