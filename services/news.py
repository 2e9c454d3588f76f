"""Word that something changed, to whoever looks at it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator


class News:
    """Topics that can be watched; a watcher that is busy hears once of many changes, and never misses the last."""

    def __init__(self) -> None:
        self._watchers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def post(self, topic: str) -> None:
        """Wake everybody who watches ``topic``."""
        for event in self._watchers.get(topic, ()):
            event.set()

    async def watch(self, *topics: str) -> AsyncGenerator[None, None]:
        """Yield once, and after each change of one of ``topics``, until closed."""
        event = asyncio.Event()
        event.set()
        for topic in topics:
            self._watchers[topic].add(event)
        try:
            while True:
                await event.wait()
                event.clear()
                yield
        finally:
            for topic in topics:
                self._watchers[topic].discard(event)
                if not self._watchers[topic]:
                    del self._watchers[topic]
