"""OpenAI's own client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from openai import AsyncOpenAI

from maintenance.benchmark.readers import KEY, MESSAGES, Read


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Read]:
    """Give one client's way to read."""
    async with AsyncOpenAI(base_url=url, api_key=KEY, max_retries=0) as client:

        async def read(model: str) -> AsyncIterator[str]:
            async for chunk in await client.chat.completions.create(model=model, messages=MESSAGES, stream=True):
                if text := chunk.choices[0].delta.content:
                    yield text

        yield read
