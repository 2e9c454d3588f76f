"""Lists of models, asked for through the library's client."""

from __future__ import annotations

from omnichat.capabilities import NOTHING
from omnichat.client import AsyncClient
from omnichat.errors import ProviderError
from omnichat.listings import Listing
from omnichat.provider import ModelInfo
from omnichat.target import Reach
from services.models.offers import Source


class Lists:
    """Ask any source for its list; what a person typed by hand is the list."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def listing(self, source: Source, validator: str) -> Listing | None:
        """Return the list, or None if it is still the one that ``validator`` stands for."""
        if source.models:
            return Listing(models=tuple(ModelInfo(id=name, can=NOTHING) for name in source.models))
        reach = Reach(key=source.key, base_url=source.base_url, headers=source.headers, trusted=source.trusted)
        try:
            return await self._client.listing(source.provider, reach, validator)
        except ProviderError as error:
            error.told(source.name)
            raise
