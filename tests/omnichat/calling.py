"""Calls of a transport to a far end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from omnichat.deltas import Delta
from omnichat.provider import Call
from omnichat.registry import every_provider
from omnichat.target import Target
from omnichat.timeouts import Timeouts
from omnichat.transport import Transport
from tests.omnichat.far_end import DONE, END, FarEnd, Saying, word

CALL = Call("/chat/completions", {"model": "m", "stream": True})
HELLO = Saying(pieces=(word("Hel"), word("lo"), END, DONE))


def target(end: FarEnd, key: str | None = "sk-secret") -> Target:
    return Target(provider=every_provider()["openai"], base_url=end.url, key=key)


@asynccontextmanager
async def open_transport(**timeouts: float) -> AsyncIterator[Transport]:
    transport = Transport(timeouts=Timeouts(**timeouts), pace=0)
    try:
        yield transport
    finally:
        await transport.close()


async def heard(transport: Transport, end: FarEnd, into: list[Delta] | None = None) -> list[Delta]:
    deltas = [] if into is None else into
    async for delta in transport.stream(target(end), CALL):
        deltas.append(delta)
    return deltas
