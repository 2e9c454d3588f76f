"""Where counts are kept: in this process, or in Redis for several."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

from services.settings import SettingsError

log = logging.getLogger(__name__)
NO_REDIS: Final = (
    "OMNICHAT_REDIS_URL: that has to be redis://host:port, with the extra 'cluster' installed: "
    'pip install -e ".[app,cluster]".'
)
Counter = TypeVar("Counter")
Answer = TypeVar("Answer")


class Counting(Generic[Counter]):
    """What ``make`` makes of a place to count in: Redis at ``url``, and this process while that is away.

    Without ``url`` it is this process alone. Raise ``SettingsError`` for a ``url`` that is no address of Redis.
    """

    def __init__(self, make: Callable[[Storage], Counter], url: str = "") -> None:
        self._here = make(MemoryStorage())
        self._shared = make(_redis(url)) if url else None

    async def do(self, work: Callable[[Counter], Awaitable[Answer]]) -> Answer:
        """Return what ``work`` comes to where counts are kept now."""
        if self._shared is not None:
            try:
                return await work(self._shared)
            except StorageError as error:
                log.warning("Redis does not answer, so this process counts by itself: %s", type(error).__name__)
        return await work(self._here)


def _redis(url: str) -> Storage:
    try:
        made = storage_from_string(f"async+{url}", implementation="redispy", wrap_exceptions=True)
    except ConfigurationError as error:
        raise SettingsError(NO_REDIS) from error
    if not isinstance(made, RedisStorage):
        raise SettingsError(NO_REDIS)
    return made
