"""Changes that happen whole or not at all, whoever stops waiting for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from tortoise.transactions import in_transaction

P = ParamSpec("P")
T = TypeVar("T")
_running: set[asyncio.Task[Any]] = set()


def in_one_piece(change: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Return ``change`` made to run in one transaction, to its end even when its caller is cancelled.

    Tortoise cancelled between taking the connection and beginning the transaction would never give it back.
    """

    @wraps(change)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.create_task(_transact(change(*args, **kwargs)), name=change.__qualname__)
        _running.add(task)
        task.add_done_callback(_running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.done():
                await asyncio.wait([task])
            raise

    return run


async def all_changes_made() -> None:
    """Return when no change is under way."""
    while _running:
        await asyncio.wait(_running)


async def _transact(change: Coroutine[Any, Any, T]) -> T:
    async with in_transaction():
        return await change
