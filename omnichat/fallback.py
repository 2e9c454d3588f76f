"""Several models for one question: the first that begins to answer is the one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from omnichat.deltas import Delta
from omnichat.errors import AddressError, MissingKeyError, OmniChatError, ProviderError, UnsupportedError
from omnichat.messages import ChatRequest

MOVES_ON = (ProviderError, UnsupportedError, MissingKeyError, AddressError)


async def begun(
    ask: Callable[[ChatRequest], AsyncGenerator[Delta, None]], request: ChatRequest
) -> tuple[str, AsyncGenerator[Delta, None]]:
    """Return the first of the request's models that begins to answer, and its answer.

    If none does, the last one's error is raised from a group of the others'.
    """
    failed: list[OmniChatError] = []
    for model in (request.model, *request.fallbacks):
        deltas = ask(request_to(model, request))
        try:
            first = await anext(deltas, None)
        except MOVES_ON as error:
            failed.append(error)
            continue
        except BaseException:
            await deltas.aclose()
            raise
        return model, _from_the_start(first, deltas)
    *others, last = failed
    if not others:
        raise last
    raise last from ExceptionGroup("the models before it failed too", others)


def request_to(model: str, request: ChatRequest) -> ChatRequest:
    """Return what to ask one of the models; headers and query were meant for the first alone."""
    one = replace(request, model=model, fallbacks=())
    return one if model == request.model else replace(one, headers={}, query={})


async def _from_the_start(first: Delta | None, deltas: AsyncGenerator[Delta, None]) -> AsyncGenerator[Delta, None]:
    async with aclosing(deltas):
        if first is not None:
            yield first
        async for delta in deltas:
            yield delta
