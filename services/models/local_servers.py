"""Model servers of others that answer on this computer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from omnichat.registry import every_provider
from services.models.offers import Source

log = logging.getLogger(__name__)
OFF: Final = "off"
PLACES: Final = (("ollama", 11434), ("llamacpp", 9931), ("llamacpp", 8080), ("lmstudio", 1234), ("vllm", 8000))
EVERY: Final = 60.0  # seconds between two looks


class LocalServers:
    """Look for Ollama, llama.cpp, LM Studio and vLLM where they usually are, at the start and now and then."""

    def __init__(
        self,
        recognise: Callable[[str], Awaitable[str]],
        changed: Callable[[], None],
        *,
        choice: str = "",
        but: Collection[int] = (),
        places: Collection[tuple[str, int]] = PLACES,
        every: float = EVERY,
    ) -> None:
        """Begin to look only with ``start``; ``but`` are ports of our own."""
        self._recognise = recognise
        self._changed = changed
        self._off = choice.strip().lower() == OFF
        self._places = [place for place in places if place[1] not in but]
        self._every = every
        self._task: asyncio.Task[None] | None = None
        self.found: list[Source] = []

    def start(self) -> None:
        """Begin to look; return at once."""
        if not self._off and not self._task:
            self._task = asyncio.create_task(self._look_again_and_again(), name="local servers")

    async def look(self) -> None:
        """Look once; an address counts by who answers there, and of two that are the same the first."""
        if self._off:
            return
        addresses = {f"http://127.0.0.1:{port}": None for _, port in self._places}
        names = await asyncio.gather(*(self._recognise(address) for address in addresses))
        usual = {name for name, _ in self._places}
        found: dict[str, Source] = {}
        for address, name in zip(addresses, names, strict=True):
            if name in usual and name not in found:
                provider = every_provider()[name]
                found[name] = Source(
                    name=name, title=provider.title, provider=provider, key="", base_url=address, trusted=True
                )
        before, self.found = self.found, list(found.values())
        if before != self.found:
            log.info("Model servers on this computer: %s", ", ".join(each.title for each in self.found) or "none")
            self._changed()

    async def close(self) -> None:
        """Stop looking."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _look_again_and_again(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("Looking for model servers on this computer failed")
            await asyncio.sleep(self._every)
