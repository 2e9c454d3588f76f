"""Whoever fails too often waits, whichever process they come to."""

from __future__ import annotations

import pytest

from services.people.brakes import CODES, Brakes, SlowDownError


async def fails_until_braked(*brakes: Brakes) -> int:
    """Fail at each in turn, and return how often that was possible."""
    for count in range(2 * CODES.amount):
        try:
            await brakes[count % len(brakes)].take(CODES, "me")
        except SlowDownError:
            return count
    return -1


async def test_two_processes_that_share_redis_brake_as_one(redis_url: str) -> None:
    first, second = Brakes(redis_url), Brakes(redis_url)
    assert await fails_until_braked(first, second) == CODES.amount
    await first.take(CODES, "you")
    with pytest.raises(SlowDownError) as braked:
        await second.check(CODES, "me")
    assert 1 <= braked.value.seconds <= CODES.get_expiry()
    await second.forgive(CODES, "me")
    await first.check(CODES, "me")


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:9"])
async def test_without_redis_and_while_it_is_away_this_process_brakes_by_itself(url: str) -> None:
    first, second = Brakes(url), Brakes(url)
    assert await fails_until_braked(first) == CODES.amount
    await second.check(CODES, "me")
    await first.forgive(CODES, "me")
    await first.check(CODES, "me")
