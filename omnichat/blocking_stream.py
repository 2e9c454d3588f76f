"""Answers on their way, for programs without an event loop."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import aclosing
from queue import SimpleQueue
from typing import Generic, ParamSpec, Protocol, Self, TypeVar

from omnichat.pieces import AsyncPieces

T = TypeVar("T")
U = TypeVar("U")
P = ParamSpec("P")


class Runner(Protocol):
    """Whoever has an event loop in another thread."""

    def wait_for(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run ``work`` in the other thread and return what it returns."""

    def start(self, work: Callable[[], Awaitable[T]]) -> Future[T]:
        """Start ``work`` in the other thread."""


def waiting(runner: Runner, method: Callable[P, Awaitable[T]]) -> Callable[P, T]:
    """Return ``method`` as a function that waits in this thread for what it does in the other."""

    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        return runner.wait_for(lambda: method(*args, **kwargs))

    call.__doc__ = method.__doc__
    return call


class Stream(Generic[T]):
    """Pieces from the other thread: iterate over them; ``close`` hangs up."""

    def __init__(self, runner: Runner, pieces: AsyncGenerator[T, None]) -> None:
        queue: SimpleQueue[T | _End] = SimpleQueue()
        self._queue = queue
        self._over = False
        self._pump = runner.start(lambda: _pour(pieces, queue))
        self._pump.add_done_callback(lambda pump: queue.put(_End(pump)))

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        piece = None if self._over else self._queue.get()
        if piece is None:
            raise StopIteration
        if isinstance(piece, _End):
            self._over = True
            piece.raise_error()
            raise StopIteration
        return piece

    def close(self) -> None:
        """Hang up."""
        self._over = True
        self._pump.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_pump"):
            self._pump.cancel()


def poured(runner: Runner, answer: T | AsyncPieces[U]) -> T | Stream[U]:
    """Return a whole answer as it is, and pieces so that they can be had in this thread."""
    return Stream(runner, _each(answer)) if isinstance(answer, AsyncPieces) else answer


async def _each(pieces: AsyncPieces[T]) -> AsyncGenerator[T, None]:
    async with pieces:
        async for piece in pieces:
            yield piece


class _End:
    """The last thing in a queue: how the pieces ended."""

    def __init__(self, pump: Future[None]) -> None:
        self._pump = pump

    def raise_error(self) -> None:
        if self._pump.cancelled():
            raise RuntimeError("the client was closed before the answer was whole")
        self._pump.result()


async def _pour(pieces: AsyncGenerator[T, None], queue: SimpleQueue[T | _End]) -> None:
    async with aclosing(pieces):
        async for piece in pieces:
            queue.put(piece)
