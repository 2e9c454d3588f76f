"""What a model says, piece by piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias


class FinishReason(StrEnum):
    """Why a model stopped, whatever its provider calls it; after ``LENGTH`` the answer is not whole."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    FILTERED = "content_filter"


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """A piece of the reasoning shown before the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of a tool call; ``arguments`` is a fragment of a JSON object, to be joined over one ``index``."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """Tokens counted by the provider; the last one seen holds.

    ``cached_tokens`` are part of ``input_tokens``, ``thinking_tokens`` part of ``output_tokens``.
    """

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    thinking_tokens: int = 0


@dataclass(frozen=True, slots=True)
class FinishDelta:
    """The end of the answer."""

    reason: FinishReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationDelta:
    """A source of the answer; ``start`` and ``end`` are the characters of the answer it backs, if the provider says."""

    url: str
    title: str = ""
    quote: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogprobDelta:
    """How probable a token of the answer was, as a natural logarithm, and the likeliest ones in its place."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderDataDelta:
    """What the provider wants back unchanged with the next turn, such as signed reasoning."""

    data: Mapping[str, Any]


Delta: TypeAlias = (
    TextDelta
    | ThinkingDelta
    | ToolCallDelta
    | CitationDelta
    | LogprobDelta
    | ProviderDataDelta
    | UsageDelta
    | FinishDelta
)
