"""One reading for all who ask in the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Together(Generic[K, T]):
    """Lanes that begin at once ask the same questions; whoever comes after a reading began has one of their own.

    So nobody is told what was so before they asked. Not for use inside a transaction, which the reading would wait for.
    """

    def __init__(self, read: Callable[[K], Awaitable[T]]) -> None:
        self._read = read
        self._gathering: dict[K, asyncio.Task[T]] = {}
        self._reading: set[asyncio.Task[T]] = set()

    async def __call__(self, key: K) -> T:
        """Return what ``read`` returns for ``key``, or raise what it raises."""
        task = self._gathering.get(key)
        if task is None:
            task = self._gathering[key] = asyncio.create_task(self._after_all_have_asked(key), name="together")
            self._reading.add(task)
            task.add_done_callback(self._done)
        return await asyncio.shield(task)

    async def _after_all_have_asked(self, key: K) -> T:
        await asyncio.sleep(0)
        del self._gathering[key]
        return await self._read(key)

    def _done(self, task: asyncio.Task[T]) -> None:
        self._reading.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked may be gone
