"""httpx and json, as little as possible around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from maintenance.benchmark.readers import Read, question, text_in


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Read]:
    """Give one client's way to read."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=None, limits=limits, trust_env=False) as client:

        async def read(model: str) -> AsyncIterator[str]:
            async with client.stream("POST", f"{url}/chat/completions", json=question(model)) as response:
                async for line in response.aiter_lines():
                    if text := text_in(line):
                        yield text

        yield read
