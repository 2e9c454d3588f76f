"""Several models for one wish: the first that begins to answer is the one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from omnichat.deltas import Delta
from omnichat.errors import AddressError, MissingKeyError, OmniChatError, ProviderError, UnsupportedError
from omnichat.messages import ChatRequest

T = TypeVar("T")
ModelNames: TypeAlias = str | Sequence[str]
THE_END = object()
MOVES_ON = (ProviderError, UnsupportedError, MissingKeyError, AddressError)


def named(models: ModelNames) -> list[str]:
    """Return the names one by one; no name at all is one that nobody has."""
    return [models] if isinstance(models, str) else [*models] or [""]


async def first_of(models: ModelNames, ask: Callable[[str], Awaitable[T]]) -> T:
    """Return what ``ask`` returns for the first of the models that begins to answer.

    If none does, the last one's error is raised from a group of the others'.
    """
    failed: list[OmniChatError] = []
    for model in named(models):
        try:
            return await ask(model)
        except MOVES_ON as error:
            failed.append(error)
    *others, last = failed
    if not others:
        raise last
    raise last from ExceptionGroup("the models before it failed too", others)


async def begun(
    ask: Callable[[ChatRequest], AsyncGenerator[Delta, None]], request: ChatRequest
) -> tuple[str, AsyncGenerator[Delta, None]]:
    """Return the first of the request's models that begins to answer, and its answer."""

    async def begin(model: str) -> tuple[str, AsyncGenerator[Delta, None]]:
        return model, await started(ask(_request_to(model, request)))

    return await first_of((request.model, *request.fallbacks), begin)


def _request_to(model: str, request: ChatRequest) -> ChatRequest:
    """Return what to ask one of the models; headers and query were meant for the first alone."""
    one = replace(request, model=model, fallbacks=())
    return one if model == request.model else replace(one, headers={}, query={})


async def started(pieces: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """Return the pieces as soon as the first one is there, or as soon as it is clear that there is none.

    What comes back has begun, so that closing it hangs up even if nobody has read from it.
    """
    told = _from_the_first(pieces)
    await anext(told)
    return told


async def _from_the_first(pieces: AsyncGenerator[T, None]) -> AsyncGenerator[Any, None]:
    async with aclosing(pieces):
        first = await anext(pieces, THE_END)
        yield THE_END  # for whoever waits for the first
        if first is THE_END:
            return
        yield first
        async for piece in pieces:
            yield piece
