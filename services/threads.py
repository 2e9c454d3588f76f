"""Long work in a thread that ends when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class GivenUpError(Exception):
    """Work that found itself given up ends with this."""


async def in_thread(work: Callable[[threading.Event], T]) -> T:
    """Return what ``work`` returns; when the caller is cancelled, the event is set and the thread waited for.

    ``work`` looks at the event now and then and raises a ``GivenUpError`` once it is set.
    """
    given_up = threading.Event()
    task = asyncio.ensure_future(asyncio.to_thread(work, given_up))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        given_up.set()
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise
