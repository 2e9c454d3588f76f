"""Whoever comes too often waits, and nobody else does."""

from __future__ import annotations

import pytest

from services.rates import LIMITS, Kind, Rates, TooOftenError
from services.settings import SettingsError


@pytest.mark.parametrize("limit", ["3/minute", "150/minute"])
async def test_a_limit_is_met_exactly_and_the_time_to_wait_is_said(limit: str) -> None:
    rates = Rates({Kind.SEND: limit})
    for _ in range(int(limit.partition("/")[0])):
        await rates.check(Kind.SEND, "me")
    with pytest.raises(TooOftenError) as refused:
        await rates.check(Kind.SEND, "me")
    assert 1 <= refused.value.seconds <= 60
    assert str(refused.value.seconds) in str(refused.value)


async def test_each_person_and_each_kind_is_counted_by_itself() -> None:
    rates = Rates({Kind.SEND: "1/minute", Kind.API: "1/minute"})
    await rates.check(Kind.SEND, "me")
    await rates.check(Kind.SEND, "you")
    await rates.check(Kind.API, "me")
    with pytest.raises(TooOftenError):
        await rates.check(Kind.SEND, "me")


async def test_without_limits_nobody_waits() -> None:
    rates = Rates({})
    for _ in range(1000):
        await rates.check(Kind.SIGN_IN, "me")


async def test_while_redis_is_away_this_process_counts() -> None:
    rates = Rates({Kind.SEND: "1/minute"}, "redis://127.0.0.1:9")
    await rates.check(Kind.SEND, "me")
    with pytest.raises(TooOftenError):
        await rates.check(Kind.SEND, "me")


async def test_two_processes_that_share_redis_count_as_one(redis_url: str) -> None:
    first, second = (Rates({Kind.SEND: "3/minute", Kind.API: "150/minute"}, redis_url) for _ in range(2))
    for rates in (first, second, first):
        await rates.check(Kind.SEND, "me")
    for rates in (first, second):
        with pytest.raises(TooOftenError):
            await rates.check(Kind.SEND, "me")
        await rates.check(Kind.SEND, "you")
        await rates.check(Kind.API, "me")


@pytest.mark.parametrize("url", ["memcached://127.0.0.1", "nonsense", "memory://"])
def test_an_address_that_is_no_redis_is_told_in_one_line(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^OMNICHAT_REDIS_URL: .*redis://"):
        Rates({}, url)


def test_every_kind_has_a_limit() -> None:
    assert set(LIMITS) == set(Kind)
