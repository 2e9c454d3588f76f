"""Models on offer, made up for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from omnichat.capabilities import Capability
from omnichat.prices import Prices
from omnichat.registry import provider_named
from services.models.offers import Entry, Offer, Source
from services.models.selection import Found

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
CHAT = Capability.CHAT


def entry(model: str, title: str = "", *, dollars: tuple[float, float] | None = None, **more: Any) -> Entry:
    """Return a model that chats; ``dollars`` are the prices of a million tokens read and written."""
    prices = Prices(input=dollars[0] / 1e6, output=dollars[1] / 1e6) if dollars else Prices()
    made = Entry(id=model, title=title or model.rpartition("/")[2], can=CHAT, prices=prices, first_seen=LONG_AGO)
    return replace(made, **more)


def offer(source: str, *entries: Entry | str, problem: str = "") -> Offer:
    """Return what a provider has; a bare name stands for a model of which nothing more is known."""
    provider = provider_named(source)
    made = [entry(f"{source}/{each}") if isinstance(each, str) else each for each in entries]
    there = Source(name=source, title=provider.title, provider=provider, trusted=True)
    return Offer(source=there, entries=made, problem=problem, listed_at=LONG_AGO if entries else None)


def days_ago(days: int) -> date:
    return date.today() - timedelta(days=days)


def shown(found: Found) -> dict[str, list[str]]:
    """Return the ids in sight by the heading above them."""
    return {group.title: [hit.entry.id for hit in group.hits] for group in found.groups}


def ids(found: Found) -> list[str]:
    return [hit.entry.id for hit in found.hits]
