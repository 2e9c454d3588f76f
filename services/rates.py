"""How often somebody may do something; whoever comes too often is asked to wait."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from services.counting import Counting


class Kind(StrEnum):
    """What is done: each is counted by itself."""

    SIGN_IN = "sign-in"
    STRANGER = "stranger"
    PAGE = "page"
    SOCKET = "socket"
    API = "api"
    SEND = "send"


LIMITS: Final[Mapping[Kind, str]] = {
    Kind.SIGN_IN: "60/minute",
    Kind.STRANGER: "240/minute",
    Kind.PAGE: "300/minute",
    Kind.SOCKET: "3000/minute",
    Kind.API: "600/minute",
    Kind.SEND: "60/minute",
}
SMALL: Final = 100  # from here on times are not kept one by one, but counted


class TooOftenError(Exception):
    """Somebody has to wait for ``seconds``."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        waiting = "a second" if seconds == 1 else f"{seconds} seconds"
        super().__init__(f"That is too often. Wait {waiting}, then try again; nothing was lost.")


class Rates:
    """Counted in this process, or in Redis at ``url`` for several; while Redis is away, in this process.

    Without ``limits`` nobody has to wait.
    """

    def __init__(self, limits: Mapping[Kind, str], url: str = "") -> None:
        self._limits = {kind: parse(said) for kind, said in limits.items()}
        self._counting = Counting(_Counters, url)

    async def check(self, kind: Kind, key: str) -> None:
        """Count that ``key``, a person or an address, does this once more; raise ``TooOftenError``."""
        limit = self._limits.get(kind)
        if limit is not None:
            await self._counting.do(lambda counters: counters.hit(limit, kind, key))


class _Counters:
    def __init__(self, storage: Storage) -> None:
        self._few: RateLimiter = MovingWindowRateLimiter(storage)
        self._many: RateLimiter = SlidingWindowCounterRateLimiter(storage)

    async def hit(self, limit: RateLimitItem, kind: Kind, key: str) -> None:
        counter = self._few if limit.amount <= SMALL else self._many
        if not await counter.hit(limit, kind, key):
            over_at = (await counter.get_window_stats(limit, kind, key)).reset_time
            raise TooOftenError(max(1, math.ceil(over_at - time.time())))
