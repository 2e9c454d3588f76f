"""A provider's far end, and a client that knows where it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from omnichat import AsyncClient
from tests.omnichat.far_end import FarEnd, Saying, far_end
from tests.omnichat.told_answers import say


@asynccontextmanager
async def at(provider: str, *answers: Any) -> AsyncIterator[tuple[FarEnd, AsyncClient]]:
    says = [answer if isinstance(answer, Saying) else say(answer) for answer in answers]
    async with far_end(*says) as end:
        urls = {provider: f"{end.url}/v1beta" if provider == "google" else end.url}
        keys = {provider: "sk-key"}
        async with AsyncClient(base_urls=urls, keys=keys, retries=0) as client:
            yield end, client
