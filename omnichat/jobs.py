"""Work that a provider does in its own time, begun by one call, watched by another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from omnichat.deltas import Delta
from omnichat.errors import OmniChatError, ProviderError
from omnichat.faults import named
from omnichat.provider import Call, Job, ServerEvent
from omnichat.reading import Reader
from omnichat.target import Target

T = TypeVar("T")

FIRST_LOOK, LAST_LOOK = 0.25, 2.0  # seconds between two looks at a job, at first and after a while
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

    async def told(self, target: Target, job: Job, read: Reader[T], patience: float) -> AsyncGenerator[T, None]:
        """Yield the answer of a job without a stream, which is asked after until it is over, or patience is."""
        looks = self._looks(target, job, patience)
        async with named(target.provider.name, target.secrets), aclosing(looks), aclosing(read(looks)) as pieces:
            async for piece in pieces:
                yield piece

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

    async def _looks(self, target: Target, job: Job, patience: float) -> AsyncGenerator[ServerEvent, None]:
        wait = FIRST_LOOK
        async with asyncio.timeout(patience):
            while not (events := target.provider.dialect.job_events(await self._fetch(target, job.result))):
                await asyncio.sleep(wait)
                wait = min(2 * wait, LAST_LOOK)
        for event in events:
            yield event

    async def _cancel(self, target: Target, call: Call) -> None:
        with suppress(OmniChatError, TimeoutError):  # it may be over by now, and nobody is there to be told
            async with asyncio.timeout(GOODBYE):
                await self._fetch(target, call)
