"""Work that a provider does in its own time, begun by one call, watched by another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from omnichat.deltas import Delta
from omnichat.errors import OmniChatError, ProviderError
from omnichat.provider import Call, Job
from omnichat.target import Target

GOODBYE = 5.0  # seconds to tell a provider that nobody waits any more


class Jobs:
    """Begin jobs, and end them at the provider when nobody waits for them; ``fetch`` returns the JSON of an answer."""

    def __init__(self, fetch: Callable[[Target, Call], Awaitable[Any]]) -> None:
        self._fetch = fetch
        self._goodbyes = set[asyncio.Task[None]]()

    async def begin(self, target: Target, call: Call) -> Job:
        """Return the job that ``call`` begins."""
        answer = await self._fetch(target, call)
        try:
            return target.provider.dialect.job(answer)
        except ProviderError as error:
            error.told(target.provider.name, target.secrets)
            raise

    async def epilogue(self, target: Target, job: Job, patience: float) -> list[Delta]:
        """Return what is known of a job only when it is over, if it is told within ``patience`` seconds."""
        with suppress(OmniChatError, TimeoutError):
            async with asyncio.timeout(patience):
                return target.provider.dialect.read_job(await self._fetch(target, job.result))
        return []

    def cancel(self, target: Target, job: Job) -> None:
        """Tell the provider that nobody waits any more, without waiting for its answer."""
        goodbye = asyncio.create_task(self._cancel(target, job.cancel), name="cancel a job")
        self._goodbyes.add(goodbye)
        goodbye.add_done_callback(self._goodbyes.discard)

    async def close(self) -> None:
        """Wait until all that were told have heard it."""
        await asyncio.gather(*self._goodbyes)

    async def _cancel(self, target: Target, call: Call) -> None:
        with suppress(OmniChatError, TimeoutError):  # it may be over by now, and nobody is there to be told
            async with asyncio.timeout(GOODBYE):
                await self._fetch(target, call)
