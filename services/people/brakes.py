"""How often something may be tried, and how long to wait when it was tried too often."""

from __future__ import annotations

import math
import time
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Final

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.strategies import MovingWindowRateLimiter

from services.counting import Counting

PER_ADDRESS: Final = RateLimitItemPerMinute(20, 5, "address")
PER_ACCOUNT: Final = RateLimitItemPerMinute(5, 5, "account from an address")
PER_ACCOUNT_ANYWHERE: Final = RateLimitItemPerMinute(30, 15, "account from everywhere")
CODES: Final = RateLimitItemPerMinute(5, 5, "codes")


class SlowDownError(ValueError):
    """It was tried too often; ``seconds`` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        minutes = math.ceil(seconds / 60)
        super().__init__(f"Too many attempts. Try again in {minutes} minute{'' if minutes == 1 else 's'}.")
        self.seconds = seconds


class Brakes:
    """Counts what failed; what is braked does not count again.

    Counted in this process, or in Redis at ``url`` for several; while Redis is away, in this process.
    """

    def __init__(self, url: str = "") -> None:
        self._counting = Counting(MovingWindowRateLimiter, url)

    async def check(self, limit: RateLimitItem, *about: str) -> None:
        """Raise ``SlowDownError`` if ``limit`` is reached for what ``about`` names."""
        if not await self._counting.do(lambda limiter: limiter.test(limit, _key(about))):
            raise await self._refusal(limit, about)

    async def take(self, limit: RateLimitItem, *about: str) -> None:
        """Count one attempt, before it is known how it ends; raise ``SlowDownError`` if that is one too many."""
        if not await self._counting.do(lambda limiter: limiter.hit(limit, _key(about))):
            raise await self._refusal(limit, about)

    async def count(self, limit: RateLimitItem, *about: str) -> None:
        """Count one failure."""
        await self._counting.do(lambda limiter: limiter.hit(limit, _key(about)))

    async def forgive(self, limit: RateLimitItem, *about: str) -> None:
        """Forget the failures."""
        await self._counting.do(lambda limiter: limiter.clear(limit, _key(about)))

    async def _refusal(self, limit: RateLimitItem, about: tuple[str, ...]) -> SlowDownError:
        until, _ = await self._counting.do(lambda limiter: limiter.get_window_stats(limit, _key(about)))
        return SlowDownError(max(1, math.ceil(until - time.time())))


def neighbourhood(address: str) -> str:
    """Return what one guesser has of addresses: of IPv4 a single one, of IPv6 a network of 64 bits."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def _key(about: tuple[str, ...]) -> str:
    """Return a key of one length, whatever strangers send."""
    return sha256("\0".join(about).encode("utf-8", "replace")).hexdigest()
