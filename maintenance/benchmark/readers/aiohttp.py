"""aiohttp and json, as little as possible around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from maintenance.benchmark.readers import Read, question, text_in


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Read]:
    """Give one session's way to read."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def read(model: str) -> AsyncIterator[str]:
            async with session.post(f"{url}/chat/completions", json=question(model)) as response:
                async for line in response.content:
                    if text := text_in(line.decode()):
                        yield text

        yield read
