"""Whether a hundred chats at once all get their answer."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from maintenance.benchmark.app import running_app, seed, stored
from maintenance.benchmark.report import Figure
from maintenance.benchmark.script import Script, answer
from maintenance.benchmark.upstream import running_upstream
from maintenance.benchmark.visitor import visiting

CHATS = 100
LONG = Script(1500, delay=20)
PATIENCE = 20.0
LATEST = 90.0


async def crowd(folder: Path) -> list[Figure]:
    """Open a hundred pages one after another, begin a new chat on each, and let all of them stream at once."""
    await seed(folder, [[LONG.model]])
    refused = 0
    async with (
        running_upstream() as upstream,
        running_app(folder, upstream) as app,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        AsyncExitStack() as pages,
    ):
        before, begin = app.usage().cpu, time.perf_counter()
        for number in range(CHATS):
            try:
                visitor = await pages.enter_async_context(visiting(session, app.url))
                await visitor.ask(f"Chat number {number}", PATIENCE)
            except (aiohttp.ClientError, ConnectionError, TimeoutError):
                refused += 1
        opened = time.perf_counter() - begin
        peak = await _quiet(session, upstream, begin + LATEST)
        each = (app.usage().cpu - before) * 1000 / (CHATS * LONG.tokens)
        memory = app.usage().memory
    said = answer(LONG.tokens)
    complete = sum(text == said for text in await stored(folder))
    note = f"{peak} streamed at once, begun within {opened:.0f} s, {each:.2f} ms CPU a token, {memory:.0f} MiB"
    return [Figure(name="new chats that fail, of 100 at once", value=CHATS - complete, bar=0, note=note)]


async def _quiet(session: aiohttp.ClientSession, upstream: str, deadline: float) -> int:
    """Wait until no answer is being given any more; return how many were at once at most."""
    peak, running = 0, 1
    while running and time.perf_counter() < deadline:
        await asyncio.sleep(0.5)
        async with session.get(upstream) as response:
            counted = await response.json()
        peak, running = max(peak, counted["peak"]), counted["running"]
    return peak
