"""The body of a response, read piece by piece at a measured pace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from omnichat.errors import ServerError
from omnichat.framing import framer_for
from omnichat.provider import ServerEvent

GRACE = 0.02  # seconds; a new connection costs little more
LARGEST_EVENT = 32 * 1024 * 1024  # bytes; a picture fits
FULL = 16 * 1024  # bytes; a piece of this size says that more is waiting
T = TypeVar("T")
Reader: TypeAlias = Callable[[AsyncIterator[ServerEvent]], AsyncGenerator[T, None]]


class Reading:
    """Read one body; raise ``TimeoutError`` when the next piece takes longer than ``patience`` seconds.

    Once ``begun``, readings are ``pace`` seconds apart, so that one wake-up takes in all events that came meanwhile.
    """

    def __init__(self, pieces: AsyncIterator[bytes], *, patience: float, pace: float = 0) -> None:
        self.begun = False
        self.finished = False
        self.patience = patience
        self._pieces = pieces
        self._pace = pace
        self._full = False

    async def more(self) -> bytes:
        """Return the next piece, or nothing at the end."""
        if self.begun and self._pace and not self._full and not self.finished:
            await asyncio.sleep(self._pace)
        async with asyncio.timeout(self.patience):
            piece = await self._next()
        self._full = len(piece) >= FULL
        return piece

    async def drain(self) -> None:
        """Read the end of a body of which all that counts is known, so that its connection can be used again."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while await self._next():
                    pass

    async def _next(self) -> bytes:
        async for piece in self._pieces:
            if piece:  # a compressed body has pieces that say nothing yet
                return piece
        return b""

    async def events(self, content_type: str) -> AsyncGenerator[ServerEvent, None]:
        """Yield the events of a body of that type."""
        framer, quiet = framer_for(content_type), 0
        while piece := await self.more():
            events = framer.feed(piece)
            quiet = 0 if events else quiet + len(piece)
            if quiet > LARGEST_EVENT:
                raise ServerError(f"sent {quiet} bytes without the end of an event", provider="")
            for event in events:
                yield event
        for event in framer.end():
            yield event

    async def head(self, limit: int) -> bytes:
        """Return the body, or only its beginning if it is longer than ``limit`` bytes."""
        pieces, size = list[bytes](), 0
        while size < limit and (piece := await self.more()):
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)[:limit]

    async def whole(self, limit: int) -> bytes:
        """Return the whole body, or raise a nameless ``ServerError`` if it is longer than ``limit`` bytes."""
        pieces, size = list[bytes](), 0
        while piece := await self.more():
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise ServerError(f"sent more than {limit} bytes", provider="")
        return b"".join(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An answer of which only the headers have come."""

    headers: Mapping[str, str]
    body: Reading
