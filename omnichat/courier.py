"""Calls beside chat: whole answers, and answers as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from omnichat.answered import Answered
from omnichat.errors import ProviderError
from omnichat.fallback import started
from omnichat.provider import Call, Steps
from omnichat.reading import Reader
from omnichat.target import Target

if TYPE_CHECKING:
    from omnichat.transport import Transport

T = TypeVar("T")
LARGEST_ANSWER = 512 * 1024 * 1024  # bytes: ten pictures as base64, or vectors for two thousand texts
AT_ONCE = 64 * 1024  # bytes that are translated faster than a thread is asked


@dataclass(frozen=True, slots=True)
class Over(Generic[T]):
    """The end of a translation."""

    value: T


class Courier:
    """Take translations over a transport."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def run(self, target: Target, steps: Steps[T], *, heavy: bool = False) -> T:
        """Return what ``steps`` return; steps with much to read are taken in another thread, and all if ``heavy``."""
        try:
            step = await _taken(steps, None, apart=heavy)
            while not isinstance(step, Over):
                await asyncio.sleep(step.after)
                answered = await self._transport.persist(partial(self._whole, target, step))
                step = await _taken(steps, answered, apart=heavy or len(answered.body) > AT_ONCE)
        except ProviderError as error:
            raise error if error.provider else error.told(target.provider.name, target.secrets) from error.__cause__
        return step.value

    async def pieces(self, target: Target, call: Call) -> AsyncGenerator[bytes, None]:
        """Yield the body of an answer as it comes, asking again only while nothing came."""
        begun = await self._transport.persist(lambda: started(self._pieces(target, call)))
        async with aclosing(begun) as pieces:
            async for piece in pieces:
                yield piece

    def tell(self, target: Target, call: Call, read: Reader[T]) -> AsyncGenerator[T, None]:
        """Yield the answer in the words of ``read`` as it comes, asking again only while nothing came."""
        return self._transport.tell(target, call, read)

    async def _whole(self, target: Target, call: Call) -> Answered:
        async with self._transport.answering(target, call) as incoming:
            return Answered(await incoming.body.whole(LARGEST_ANSWER), incoming.headers)

    async def _pieces(self, target: Target, call: Call) -> AsyncGenerator[bytes, None]:
        async with self._transport.answering(target, call) as incoming:
            while piece := await incoming.body.more():
                yield piece


async def _taken(steps: Steps[T], answered: Answered | None, *, apart: bool) -> Call | Over[T]:
    """Take a step, in another thread if it is to be taken ``apart``."""
    return await asyncio.to_thread(_take, steps, answered) if apart else _take(steps, answered)


def _take(steps: Steps[T], answered: Answered | None) -> Call | Over[T]:
    try:
        return next(steps) if answered is None else steps.send(answered)
    except StopIteration as end:
        return Over(end.value)
