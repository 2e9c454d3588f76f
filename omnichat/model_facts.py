"""What is known of a model without asking anybody: its size, price, skills and last day, from ``prices.json``.

The file is cut from litellm's catalogue (MIT; the notice is inside) by ``python -m maintenance.refresh_prices``. It is
read at first use. Catalogues err: take prices for estimates, and what a provider's own list says for the truth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Any

from omnichat.capabilities import NOTHING, Capability
from omnichat.deltas import UsageDelta
from omnichat.messages import Effort
from omnichat.prices import UNPRICED, Prices
from omnichat.provider import ModelInfo

VENDORS: Mapping[str, str] = {
    "amazon": "bedrock",
    "anthropic": "anthropic",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "google": "google",
    "mistral": "mistral",
    "mistralai": "mistral",
    "moonshotai": "moonshot",
    "openai": "openai",
    "perplexity": "perplexity",
    "x-ai": "xai",
    "xai": "xai",
    "z-ai": "zai",
}
RESELLERS = {"openrouter", "bedrock"}  # name the vendor before the model, and sell at his price
SISTERS = {"azure": ("openai",), "vertex": ("google", "anthropic")}
LEADING = re.compile(
    r"models/|accounts/fireworks/models/|publishers/[^/]+/models/|(us|eu|apac|global|au|jp|ca|us-gov)[./]"
)
TRAILING = re.compile(r"(@.*|:[\w.-]+|-latest|-v\d+:\d+|-\d{8}|-\d{4}-\d\d-\d\d|-\d\d-\d{4}|-\d\d-\d\d|-\d{4}|-00\d)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What the catalogue says of a model; ``id`` is the entry it was found under, None is what nobody wrote down.

    ``context`` and ``max_output`` are in tokens; ``long_prices`` hold for the whole of a call whose input has more than
    ``long_from`` tokens; ``ends`` is the day on which the provider gives the model up.
    """

    id: str
    context: int | None = None
    max_output: int | None = None
    prices: Prices = UNPRICED
    long_prices: Prices | None = None
    long_from: int | None = None
    can: Capability = NOTHING
    ends: date | None = None
    efforts: tuple[Effort, ...] = ()


def facts_about(model: str) -> ModelFacts | None:
    """Return what is known of ``provider/model``, if anything is: a date, tag or region in the name may be unknown."""
    rows, plain = catalogue()["models"], _by_plain_name()
    for name in _names(model):
        key = name if name in rows else plain.get(plain_name(name))
        if key:
            facts = _read(key, rows[key])
            return replace(facts, prices=Prices(input=0, output=0), long_from=None) if _is_free(model) else facts
    return None


def cost(model: str, usage: UsageDelta) -> float | None:
    """Return an estimate in US dollars of what ``usage`` costs at ``provider/model``, or None if no price is known.

    Text tokens only; discounts for batches and surcharges for speed, searches or regions are not in it.
    """
    facts = facts_about(model)
    if facts is None:
        return None
    long = facts.long_from is not None and usage.input_tokens > facts.long_from
    prices = facts.long_prices if long and facts.long_prices else facts.prices
    if prices.input is None or prices.output is None:
        return None
    cached = prices.input if prices.cached is None else prices.cached
    fresh = usage.input_tokens - usage.cached_tokens
    return fresh * prices.input + usage.cached_tokens * cached + usage.output_tokens * prices.output


def completed(model: ModelInfo) -> ModelInfo:
    """Return ``model`` with the limits, prices and last day that the catalogue knows, where its list is silent."""
    facts = facts_about(model.id)
    if facts is None:
        return model
    return replace(
        model,
        context=model.context or facts.context,
        max_output=model.max_output or facts.max_output,
        prices=model.prices.over(facts.prices),
        ends=model.ends or facts.ends,
    )


@cache
def catalogue() -> Mapping[str, Any]:
    """Return the file: ``source``, ``date``, ``licence`` and ``models``."""
    read: Mapping[str, Any] = json.loads(Path(__file__).with_name("prices.json").read_text("utf-8"))
    return read


def plain_name(model: str) -> str:
    """Return ``provider/model`` without date, tag and region, in one spelling."""
    provider, _, name = model.lower().partition("/")
    while found := LEADING.match(name):
        name = name[found.end() :]
    while found := TRAILING.search(name):
        name = name[: found.start()]
    return f"{provider}/{name.replace('.', '-')}"


def _names(model: str) -> Iterator[str]:
    yield model
    provider, _, name = model.partition("/")
    if provider in RESELLERS:
        while found := LEADING.match(name):
            name = name[found.end() :]
        vendor, _, rest = name.partition("/" if provider == "openrouter" else ".")
        if vendor in VENDORS:
            yield f"{VENDORS[vendor]}/{rest}"
    for sister in SISTERS.get(provider, ()):
        yield f"{sister}/{name}"


@cache
def _by_plain_name() -> Mapping[str, str]:
    """Return the shortest key of each plain name, and of those the latest."""
    found = dict[str, str]()
    for key in sorted(sorted(catalogue()["models"], reverse=True), key=len):
        found.setdefault(plain_name(key), key)
    return found


def _is_free(model: str) -> bool:
    return model.startswith("openrouter/") and model.endswith(":free")


def _read(key: str, row: Mapping[str, Any]) -> ModelFacts:
    threshold, *long = row.get("long", [None])
    return ModelFacts(
        id=key,
        context=row.get("context"),
        max_output=row.get("max_output"),
        prices=_prices(row.get("prices", [])),
        long_prices=_prices(long) if long else None,
        long_from=threshold,
        can=reduce(or_, (Capability[name.upper()] for name in row.get("can", [])), NOTHING),
        ends=date.fromisoformat(row["ends"]) if "ends" in row else None,
        efforts=tuple(row.get("efforts", [])),
    )


def _prices(four: list[float | None]) -> Prices:
    return Prices(**dict(zip(("input", "output", "cached", "written"), four, strict=False)))
