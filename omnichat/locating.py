"""Where a provider is that depends on the environment; loaded with the first client."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from omnichat.provider import Provider


async def located(provider: Provider, variables: Mapping[str, str], key: str | None) -> str | None:
    """Return the base address that the variables and a key speak of, if they do; it may take a look into files."""
    return await asyncio.to_thread(provider.locate, variables, key) if provider.locate else None
