"""Numbers and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from components.figures import clock, day, description_list, seconds, size, speed, sum_words, tokens
from services.chats.costs import Sum
from services.chats.replies import ModelReply


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "–"), (0, "0.00 s"), (0.6449, "0.64 s"), (9.994, "9.99 s"), (12.3, "12 s"), (125, "2 min 5 s")],
)
def test_durations(value: float | None, words: str) -> None:
    assert seconds(value) == words


@pytest.mark.parametrize(("value", "words"), [(9.996, "10 s"), (59.7, "1 min 0 s"), (119.6, "2 min 0 s")])
def test_durations_are_rounded_before_they_are_worded(value: float, words: str) -> None:
    assert seconds(value) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0.0 MB"), (94_100_000, "94.1 MB"), (1_230_000_000, "1.23 GB")])
def test_sizes(count: int, words: str) -> None:
    assert size(count) == words


def reply(**given: float) -> ModelReply:
    made = ModelReply(lane_uid="lane", model="groq/fast")
    for name, value in given.items():
        setattr(made, name, value)
    return made


def test_speed_is_what_the_provider_counted_else_about() -> None:
    assert speed(reply()) == "–"
    assert speed(reply(first_token=1.0, duration=3.0, output_tokens=84)) == "42 /s"
    assert speed(reply(first_token=1.0, duration=3.0, pieces=84)) == "≈ 42 /s"
    assert speed(reply(first_token=1.0, duration=1.01, pieces=84)) == "–"


def test_one_token_is_not_told_as_several() -> None:
    assert sum_words(Sum(tokens_out=1)) == "1 token"
    assert sum_words(Sum(tokens_in=1, tokens_out=1)) == "2 tokens"


def test_tokens_are_what_the_provider_counted_else_about() -> None:
    assert tokens(reply()) == "–"
    assert tokens(reply(pieces=1234)) == "≈ 1,234"
    assert tokens(reply(pieces=1200, output_tokens=1234)) == "1,234"


def test_days_are_named_by_their_distance() -> None:
    now = datetime.now(UTC)
    assert [day(now - timedelta(days=days)) for days in (-1, 0, 1, 5, 20)] == [
        "Today",
        "Today",
        "Yesterday",
        "Last week",
        "Last month",
    ]
    assert day(datetime(2020, 6, 15, 12, tzinfo=UTC)) == "2020"


def test_the_clock_tells_the_date_when_it_was_not_today() -> None:
    now = datetime.now(UTC)
    assert clock(now) == f"{now.astimezone():%H:%M}"
    assert clock(datetime(2020, 6, 15, 12, tzinfo=UTC)).startswith("15 Jun ")


def test_terms_and_values_stay_text() -> None:
    assert description_list([("<b>", "&")], "o-figures") == (
        '<dl class="o-figures"><div><dt>&lt;b&gt;</dt><dd>&amp;</dd></div></dl>'
    )
