"""Whether sources answer, and how soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from omnichat.errors import (
    AddressError,
    AuthenticationError,
    ConnectionFailedError,
    MissingKeyError,
    OmniChatError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    QuotaError,
    RateLimitError,
    ServerError,
    TimedOutError,
)
from services.models.offers import Source

WEIGHT: Final = 0.3  # of the newest answer in the latency that is shown
USE_COUNTS: Final = 3600.0  # seconds that a real answer says more of the latency than a probe
LONGEST: Final = 500  # characters of what went wrong


class State(StrEnum):
    """How a source was the last time somebody asked it anything."""

    UNKNOWN = "unknown"
    ANSWERS = "answers"
    BUSY = "busy"
    REFUSES = "refuses"
    FAILS = "fails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a source is: ``latency`` is the seconds until it began to answer, ``words`` tell what went wrong.

    ``seen_at`` is a moment of the monotonic clock, as is ``used_at``, when it last answered a prompt.
    """

    state: State = State.UNKNOWN
    latency: float | None = None
    words: str = ""
    seen_at: float | None = None
    used_at: float | None = None


STATES: Final = (
    ((RateLimitError, OverloadedError), State.BUSY),
    ((AuthenticationError, PermissionDeniedError, QuotaError, MissingKeyError), State.REFUSES),
    ((ConnectionFailedError, TimedOutError, ServerError, AddressError, TimeoutError), State.FAILS),
)
NEW: Final = Standing()


class Availability:
    """What real use and probes tell of each source, while this process lives."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._standings: dict[tuple[str, str], Standing] = {}

    def of(self, source: Source) -> Standing:
        """Return how ``source`` is, as far as anybody knows."""
        return self._standings.get((source.scope, source.name), NEW)

    def age(self, source: Source) -> float | None:
        """Return how many seconds ago ``source`` was last asked anything, or None if it never was."""
        seen_at = self.of(source).seen_at
        return None if seen_at is None else self._clock() - seen_at

    def answered(self, source: Source, seconds: float, *, probed: bool = False) -> None:
        """Note that ``source`` began to answer after so many seconds, be it a prompt or only a probe."""
        was, moment = self.of(source), self._clock()
        in_use = was.used_at is not None and moment - was.used_at < USE_COUNTS
        if not probed and in_use and was.latency is not None:
            seconds = WEIGHT * seconds + (1 - WEIGHT) * was.latency
        latency = was.latency if probed and in_use else seconds
        used_at = was.used_at if probed else moment
        self._note(source, Standing(state=State.ANSWERS, latency=latency, seen_at=moment, used_at=used_at))

    def failed(self, source: Source, error: Exception) -> None:
        """Note what came instead of an answer; what is wrong with a request says nothing of its source."""
        state = next((state for kinds, state in STATES if isinstance(error, kinds)), None)
        if state:
            words = words_of(error) if isinstance(error, OmniChatError) else "It gave no answer in time."
            was = self.of(source)
            self._note(source, replace(was, state=state, words=words.strip()[:LONGEST], seen_at=self._clock()))

    def _note(self, source: Source, standing: Standing) -> None:
        self._standings[source.scope, source.name] = standing


def words_of(error: OmniChatError) -> str:
    """Return what a source said, and what helps if that is not about a single model; the source is not named."""
    told = str(error.message if isinstance(error, ProviderError) else error).rstrip(". ")
    hint = "" if error.hint == ProviderError.hint else error.hint
    return f"{told[:1].upper()}{told[1:]}. {hint}".strip()
