"""Prices, limits and dates in a list of models, in the words of many servers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from omnichat.prices import Prices
from omnichat.wire_json import count, mapping, number, words

OUTPUT_FIELDS = ("max_completion_tokens", "max_output_tokens", "outputTokenLimit")
ENDS = ("shutdown_date", "expiration_date")
MILLION = 1e-6


def largest_answer(row: Mapping[str, Any]) -> int | None:
    """Return how many tokens an answer may have, if the row of a model says so."""
    places = (row, mapping(row.get("top_provider")), mapping(row.get("limits")))
    return max(count(place, *OUTPUT_FIELDS) for place in places) or None


def prices(row: Mapping[str, Any]) -> Prices:
    """Return what the row of a model says of prices.

    OpenRouter's are strings, a token each; Together's are numbers, a million tokens each.
    """
    told = mapping(row.get("pricing"))
    if "prompt" in told:
        return Prices(
            input=_dollars(told.get("prompt")),
            output=_dollars(told.get("completion")),
            cached=_dollars(told.get("input_cache_read")),
            written=_dollars(told.get("input_cache_write")),
        )
    return Prices(
        input=_dollars(told.get("input"), MILLION),
        output=_dollars(told.get("output"), MILLION),
        cached=_dollars(told.get("cached_input"), MILLION),
    )


def ends(row: Mapping[str, Any]) -> date | None:
    """Return the last day of a model, if its row names one."""
    return next((found for name in ENDS if (found := day(row.get(name)))), None)


def release_days(rows: Iterable[Mapping[str, Any]]) -> dict[str, date]:
    """Return when models came out, by id.

    Some servers write down as ``created`` when they were asked, the same for all, which says nothing of any model.
    """
    told = {words(row.get("id")): created for row in rows if (created := row.get("created"))}
    days = {name: found for name, created in told.items() if (found := day(created))}
    return days if len({str(created) for created in told.values()}) > 1 else {}


def day(value: object) -> date | None:
    """Return the day of a date of RFC 3339 or of seconds since 1970, or None if it is neither, or before 2000."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value).date()
        else:
            seconds = number(value)
            found = datetime.fromtimestamp(seconds or 0, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year >= 2000 else None


def _dollars(value: object, unit: float = 1) -> float | None:
    """Return a price, or None for what is none: OpenRouter writes -1 where the price depends on the model it picks."""
    try:
        price = number(float(value) if isinstance(value, str) else value)
    except ValueError:
        return None
    return price * unit if price is not None and price >= 0 else None
