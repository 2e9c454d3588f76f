"""An event loop in a thread of its own, for programs without one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """Run things in another thread; begins at once, and dies with the program."""

    def __init__(self) -> None:
        self._tasks = set[asyncio.Task[Any] | None]()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="omnichat", daemon=True)
        self._thread.start()

    def wait_for(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run ``work`` in the other thread and return what it returns."""
        return self.start(work).result()

    def start(self, work: Callable[[], Awaitable[T]]) -> Future[T]:
        """Start ``work`` in the other thread."""
        if self._loop.is_closed():
            raise RuntimeError("the client is closed")
        return asyncio.run_coroutine_threadsafe(self._run(work), self._loop)

    def close(self, last: Callable[[], Awaitable[None]]) -> None:
        """Break off what still runs, run ``last``, and end the thread; nothing, if that was done before."""
        if self._loop.is_closed():
            return
        self.wait_for(lambda: self._finish(last))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _run(self, work: Callable[[], Awaitable[T]]) -> T:
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            return await work()
        finally:
            self._tasks.discard(task)

    async def _finish(self, last: Callable[[], Awaitable[None]]) -> None:
        others = [task for task in self._tasks if task and task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await last()
        await self._loop.shutdown_asyncgens()
