"""Ours, read to deltas."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from maintenance.benchmark.readers import Read
from omnichat import AsyncClient, ChatRequest, Message, TextDelta


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Read]:
    """Give one client's way to read."""
    async with AsyncClient(base_urls={"custom": url}) as client:

        async def read(model: str) -> AsyncIterator[str]:
            request = ChatRequest(model=f"custom/{model}", messages=(Message.of("user", "Hi"),))
            async for delta in client.stream(request):
                if isinstance(delta, TextDelta):
                    yield delta.text

        yield read
