"""Where a person can ask models."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from omnichat.client import AsyncClient
from omnichat.errors import UnknownProviderError
from omnichat.provider import Provider
from omnichat.registry import every_provider
from services.news import News
from services.offers import Source
from services.people import Person


class Sources:
    """The providers, endpoints and servers within a person's reach; nobody is asked on the network for it."""

    def __init__(self, client: AsyncClient, news: News) -> None:
        self._client = client
        self._news = news

    async def of(self, who: Person) -> list[Source]:
        """Return the sources in reach, by title."""
        return [_environments(provider) for provider in self._client.reachable()]

    async def named(self, who: Person, name: str) -> Source:
        """Return the source that model names begin with ``name`` for.

        A provider out of reach is one without a key; raise ``UnknownProviderError`` when there is nothing of that name.
        """
        for source in await self.of(who):
            if source.name == name:
                return source
        if provider := every_provider().get(name):
            return _environments(provider)
        raise UnknownProviderError(f"there is no provider or endpoint {name!r}")

    async def watch(self, who: Person) -> AsyncGenerator[None, None]:
        """Yield once, and after each change of what is in reach, until closed."""
        async for _ in self._news.watch(f"sources of {who.uid}"):
            yield


def _environments(provider: Provider) -> Source:
    """Return ``provider`` as the environment lets us reach it."""
    return Source(name=provider.name, title=provider.title, provider=provider, trusted=True)
