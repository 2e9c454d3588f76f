"""any-llm, with one client for all answers: its functions make a new one for each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from any_llm import AnyLLM

from maintenance.benchmark.readers import KEY, MESSAGES, Read


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Read]:
    """Give one client's way to read."""
    client = AnyLLM.create("openai", api_key=KEY, api_base=url)

    async def read(model: str) -> AsyncIterator[str]:
        async for chunk in await client.acompletion(model=model, messages=MESSAGES, stream=True):
            if text := chunk.choices[0].delta.content:
                yield text

    yield read
