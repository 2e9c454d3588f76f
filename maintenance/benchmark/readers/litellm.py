"""LiteLLM's function; it keeps its clients itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litellm import acompletion

from maintenance.benchmark.readers import KEY, MESSAGES, Read


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Read]:
    """Give its way to read."""
    options = {"messages": MESSAGES, "stream": True, "api_base": url, "api_key": KEY, "num_retries": 0}

    async def read(model: str) -> AsyncIterator[str]:
        async for chunk in await acompletion(model=f"openai/{model}", **options):
            if text := chunk.choices[0].delta.content:
                yield text

    yield read
