"""What the model of a lane takes."""

from __future__ import annotations

import asyncio
from typing import Protocol

from omnichat.errors import UnknownProviderError
from omnichat.messages import Effort
from omnichat.ranges import Limits
from services.models.fitting import limits_for
from services.models.offers import Entry, Source
from services.people.person import Person


class FindsSources(Protocol):
    """Who knows where a person can ask."""

    async def named(self, who: Person, name: str) -> Source:
        """Return the source, or raise an ``UnknownProviderError``."""


class FindsEntries(Protocol):
    """Who knows what a list said of a model."""

    async def entry(self, who: Person, model: str) -> Entry | None:
        """Return that, without asking anybody."""


class LaneLimits:
    """What each model takes, by what its source speaks, and its list and the bundled facts say."""

    def __init__(self, sources: FindsSources, catalogue: FindsEntries) -> None:
        self._sources = sources
        self._catalogue = catalogue

    async def of(self, who: Person, model: str, effort: Effort | None = None) -> Limits:
        """Return what ``source/model`` takes while it thinks with ``effort``."""
        try:
            provider = (await self._sources.named(who, model.partition("/")[0])).provider
        except UnknownProviderError:
            provider = None
        entry = await self._catalogue.entry(who, model)
        return await asyncio.to_thread(limits_for, model, provider, entry, effort)  # facts are read at first use
