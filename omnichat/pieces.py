"""Answers on their way: things one by one, or bytes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Generic, Self, TypeVar

T = TypeVar("T")


class AsyncPieces(Generic[T]):
    """An answer on its way: iterate over its pieces; ``close`` hangs up."""

    def __init__(self, pieces: AsyncGenerator[T, None]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        return await anext(self._pieces)

    async def close(self) -> None:
        """Hang up."""
        await self._pieces.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


@dataclass(frozen=True, slots=True)
class BinaryAnswer:
    """A whole answer that is no text: sound, or a file; ``model`` is the name of who made it."""

    content: bytes
    model: str = ""

    @property
    def text(self) -> str:
        """The content read as UTF-8."""
        return self.content.decode("utf-8", "replace")

    def read(self) -> bytes:
        """Return the content."""
        return self.content

    async def aread(self) -> bytes:
        """Return the content."""
        return self.content

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Yield the content, ``chunk_size`` bytes at once."""
        size = chunk_size or len(self.content) or 1
        return (self.content[begin : begin + size] for begin in range(0, len(self.content), size))

    async def aiter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Yield the content, ``chunk_size`` bytes at once."""
        for piece in self.iter_bytes(chunk_size):
            yield piece

    def write_to_file(self, file: str | os.PathLike[str]) -> None:
        """Write the content to ``file``; not for the thread of an event loop."""
        Path(file).write_bytes(self.content)

    def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the content to ``file``; not for the thread of an event loop."""
        self.write_to_file(file)

    async def astream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the content to ``file``, in another thread."""
        await asyncio.to_thread(self.write_to_file, file)


class AsyncBytes:
    """An answer on its way that is no text: read it, or write it to a file, as it comes.

    ``model`` is the name of who makes it.
    """

    def __init__(self, pieces: AsyncGenerator[bytes, None], *, model: str = "") -> None:
        self._pieces = pieces
        self.model = model

    async def iter_bytes(self, chunk_size: int | None = None) -> AsyncGenerator[bytes, None]:
        """Yield what comes, or, with ``chunk_size``, that many bytes at once."""
        rest = bytearray()
        async with aclosing(self._pieces) as pieces:
            async for piece in pieces:
                rest += piece
                while len(rest) >= (chunk_size or 1):
                    size = chunk_size or len(rest)
                    yield bytes(rest[:size])
                    del rest[:size]
        if rest:
            yield bytes(rest)

    async def read(self) -> bytes:
        """Return the whole content."""
        return b"".join([piece async for piece in self.iter_bytes()])

    async def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """Write the content to ``file`` as it comes, in another thread."""
        opened: IO[bytes] = await asyncio.to_thread(open, file, "wb")
        try:
            async for piece in self.iter_bytes(chunk_size):
                await asyncio.to_thread(opened.write, piece)
        finally:
            await asyncio.to_thread(opened.close)

    async def close(self) -> None:
        """Hang up."""
        await self._pieces.aclose()
