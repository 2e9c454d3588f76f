"""OneLLM, whose address and key are settings of the whole program."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from onellm import ChatCompletion
from onellm.config import update_provider_config

from maintenance.benchmark.readers import KEY, MESSAGES, Read


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Read]:
    """Give its way to read."""
    update_provider_config("openai", api_base=url, api_key=KEY)

    async def read(model: str) -> AsyncIterator[str]:
        async for chunk in await ChatCompletion.acreate(model=f"openai/{model}", messages=MESSAGES, stream=True):
            delta = chunk.choices[0].delta
            if text := delta.get("content") if isinstance(delta, dict) else delta.content:
                yield text

    yield read
