"""How sources are, by what real use and probes tell."""

from __future__ import annotations

import pytest

from omnichat.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectionFailedError,
    NotFoundError,
    OmniChatError,
    OverloadedError,
    QuotaError,
    RateLimitError,
)
from services.models.availability import Availability, State
from tests.services.shop import a_source

GROQ = a_source("groq")


class Clock:
    def __init__(self) -> None:
        self.moment = 1000.0

    def __call__(self) -> float:
        return self.moment


def test_nothing_is_known_of_what_nobody_asked() -> None:
    availability = Availability()
    assert availability.of(GROQ).state is State.UNKNOWN
    assert availability.age(GROQ) is None


def test_real_use_says_more_of_the_latency_than_a_probe_for_an_hour() -> None:
    clock = Clock()
    availability = Availability(clock=clock)
    availability.answered(GROQ, 0.1, probed=True)
    assert availability.of(GROQ).latency == 0.1
    availability.answered(GROQ, 1.0)
    availability.answered(GROQ, 0.2, probed=True)
    assert availability.of(GROQ).latency == 1.0
    availability.answered(GROQ, 2.0)
    assert availability.of(GROQ).latency == pytest.approx(1.3)
    clock.moment += 3600
    availability.answered(GROQ, 0.2, probed=True)
    assert availability.of(GROQ).latency == 0.2


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (ConnectionFailedError, State.FAILS),
        (AuthenticationError, State.REFUSES),
        (QuotaError, State.REFUSES),
        (RateLimitError, State.BUSY),
        (OverloadedError, State.BUSY),
        (BadRequestError, State.ANSWERS),
        (NotFoundError, State.ANSWERS),
    ],
)
def test_a_failure_counts_if_it_is_the_source_s(kind: type[OmniChatError], state: State) -> None:
    availability = Availability()
    availability.answered(GROQ, 0.5)
    availability.failed(GROQ, kind("no", provider="groq"))  # type: ignore[call-arg]
    standing = availability.of(GROQ)
    assert (standing.state, standing.latency) == (state, 0.5)
    assert bool(standing.words) is (state is not State.ANSWERS)


def test_one_that_recovers_has_nothing_against_it() -> None:
    availability = Availability()
    availability.failed(GROQ, TimeoutError())
    assert availability.of(GROQ).words == "It gave no answer in time."
    availability.answered(GROQ, 0.5)
    assert (availability.of(GROQ).state, availability.of(GROQ).words) == (State.ANSWERS, "")


def test_the_same_name_of_two_people_is_two_sources() -> None:
    availability = Availability()
    availability.answered(a_source("mine", scope="one"), 0.5)
    assert availability.of(a_source("mine", scope="two")).state is State.UNKNOWN


def test_age_is_the_time_since_anybody_asked() -> None:
    clock = Clock()
    availability = Availability(clock=clock)
    availability.answered(GROQ, 0.5)
    clock.moment += 42
    assert availability.age(GROQ) == 42
