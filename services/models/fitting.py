"""Parameters beside what a model takes: what does not fit, in words, and what is left when it is made to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from omnichat.capabilities import NOTHING
from omnichat.effort import nearest
from omnichat.errors import UnknownProviderError
from omnichat.messages import Effort
from omnichat.provider import Provider
from omnichat.ranges import PROBES, USUAL, Limits, Range, limits_of
from services.models.offers import Entry
from services.models.parameters import EFFORTS, Parameters, reserved

NUMBERS: Final = ("temperature", "top_p", "max_tokens", "seed", "frequency_penalty", "presence_penalty")
TITLES: Final[Mapping[str, str]] = {
    "system_prompt": "Instructions",
    "temperature": "Temperature",
    "top_p": "Top P",
    "max_tokens": "Longest answer",
    "stop": "Stop at",
    "seed": "Seed",
    "frequency_penalty": "Frequency penalty",
    "presence_penalty": "Presence penalty",
    "effort": "Thinking",
    "json": "JSON",
    "schema": "JSON schema",
    "web_search": "Web search",
    "extra": "Extra fields",
}
ANYTHING: Final = Limits(takes=frozenset({*PROBES, "effort"}), ranges=USUAL, efforts=EFFORTS)
ASKED_FOR_OTHERWISE: Final = frozenset({"system_prompt", "json", "schema", "extra"})  # every model takes these somehow


def limits_for(model: str, provider: Provider | None, entry: Entry | None, effort: Effort | None = None) -> Limits:
    """Return what ``source/model`` takes while it thinks with ``effort``; of a source nobody knows, anything usual."""
    can, most = (entry.can, entry.max_output) if entry else (NOTHING, None)
    try:
        return limits_of(model, provider=provider, can=can, max_output=most, effort=effort)
    except UnknownProviderError:
        return ANYTHING


def not_taken(parameters: Parameters, limits: Limits) -> list[str]:
    """Return the names of what is set though the model takes none of it."""
    return [name for name in parameters.told() if name not in ASKED_FOR_OTHERWISE and name not in limits.takes]


def refusals(parameters: Parameters, limits: Limits) -> dict[str, str]:
    """Return by name, in words, what is set as the model does not take it; what it takes not at all is no matter."""
    return dict(_refusals(parameters, limits))


def fitted(parameters: Parameters, limits: Limits) -> Parameters:
    """Return ``parameters`` without what the model does not take, and the rest as near as its ranges allow."""
    parameters = replace(parameters, **{name: getattr(Parameters(), name) for name in not_taken(parameters, limits)})
    return replace(parameters, **dict(_nearest(parameters, limits)))


def in_words(parameters: Parameters) -> str:
    """Say in one line what is set, such as ``temperature 0.2 · thinking low``; of instructions only that there are."""
    told = parameters.told()
    return " · ".join(f"{_lower(TITLES[name])}{_value(name, value)}" for name, value in told.items())


def span_words(span: Range, *, whole: bool = False) -> str:
    """Say which numbers a range holds."""
    kind = "A whole number" if whole else "A number"
    if span.most is None:
        return f"{kind} from {span.least:g}."
    return f"{kind} from {_told(span.least)} to {_told(span.most)}."


def _refusals(parameters: Parameters, limits: Limits) -> Iterator[tuple[str, str]]:
    for name in NUMBERS:
        number, span = getattr(parameters, name), limits.ranges.get(name)
        if number is not None and span and not span.holds(number):
            yield name, span_words(span, whole=name in {"max_tokens", "seed"})
    if "stop" in limits.takes and limits.stops is not None and len(parameters.stop) > limits.stops:
        yield "stop", f"This model stops at {limits.stops} texts at most." if limits.stops > 1 else "One text only."
    if parameters.effort and limits.efforts and parameters.effort not in limits.efforts:
        yield "effort", "This model does not have that level."
    if taken := sorted(name for name in parameters.extra if reserved(name) or name in limits.ours):
        yield "extra", f"“{taken[0]}” is set by OmniChat itself."


def _nearest(parameters: Parameters, limits: Limits) -> Iterator[tuple[str, Any]]:
    for name in NUMBERS:
        number, span = getattr(parameters, name), limits.ranges.get(name)
        if number is not None and span:
            yield name, type(number)(span.nearest(number))
    if limits.stops is not None:
        yield "stop", parameters.stop[: limits.stops]
    if parameters.effort and limits.efforts:
        yield "effort", nearest(parameters.effort, limits.efforts)


def _told(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:g}"


def _lower(title: str) -> str:
    return title if title.startswith("JSON") else title[0].lower() + title[1:]


def _value(name: str, value: Any) -> str:
    if name in {"system_prompt", "schema", "extra"}:
        return ""
    if isinstance(value, bool):
        return "" if value else " off"
    if isinstance(value, list):
        return f" {', '.join(repr(each) for each in value)}"
    return f" {value:g}" if isinstance(value, float) else f" {value}"
