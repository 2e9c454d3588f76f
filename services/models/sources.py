"""Where a person can ask models."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from omnichat.client import AsyncClient
from omnichat.errors import UnknownProviderError
from omnichat.provider import Provider
from omnichat.registry import every_provider
from services.models.endpoints import Endpoints
from services.models.keys import SOURCES, Keys, OpenKey
from services.models.local_servers import LocalServers
from services.models.offers import Source
from services.models.shares import Shares
from services.news import News
from services.people.person import Person
from services.people.rules import Feature, KnowsRules


class Sources:
    """The providers, endpoints and servers within a person's reach; nobody is asked on the network for it."""

    def __init__(
        self,
        client: AsyncClient,
        keys: Keys,
        endpoints: Endpoints,
        local_servers: LocalServers,
        shares: Shares,
        rules: KnowsRules,
        news: News,
    ) -> None:
        self._client = client
        self._keys = keys
        self._endpoints = endpoints
        self._local_servers = local_servers
        self._shares = shares
        self._rules = rules
        self._news = news

    async def of(self, who: Person) -> list[Source]:
        """Return the sources in reach, by title, that ``who`` may use.

        A key of one's own comes before one of the server's, and that before one in the environment.
        """
        access = await self._rules.rules_of(who)
        found = {provider.name: self._environments(provider) for provider in self._client.reachable()}
        for source in self._local_servers.found:
            found.setdefault(source.name, source)
        found |= {source.name: source for source in await self._shared(who)}
        if access.has(Feature.KEYS):
            for name, keys in (await self._keys.in_use(who)).items():
                if saved := self._with_saved(who, name, keys):
                    found[name] = saved
        if access.has(Feature.ENDPOINTS):
            found |= {source.name: source for source in await self._endpoints.sources(who)}
        allowed = (source for source in found.values() if access.allows_source(source.name))
        return sorted(allowed, key=lambda source: (source.title.casefold(), source.name))

    async def named(self, who: Person, name: str, *, among: list[Source] | None = None) -> Source:
        """Return the source that model names begin with ``name`` for.

        A provider out of reach is one without a key; raise ``UnknownProviderError`` when there is nothing of that name
        that ``who`` may use. ``among`` are those in reach, where they were just read.
        """
        for source in await self.of(who) if among is None else among:
            if source.name == name:
                return source
        provider = every_provider().get(name)
        if provider and (await self._rules.rules_of(who)).allows_source(name):
            return self._environments(provider)
        raise UnknownProviderError(f"there is no provider or endpoint {name!r}")

    def keyed(self, who: Person, key: OpenKey) -> Source | None:
        """Return the provider with this very key, or None when the key is for another address than it has now."""
        return self._with_saved(who, key.provider, [key])

    async def watch(self) -> AsyncGenerator[None, None]:
        """Yield once, and after each change of what may be in reach, until closed."""
        async with aclosing(self._news.watch(SOURCES)) as changes:
            async for _ in changes:
                yield

    async def _shared(self, who: Person) -> list[Source]:
        """Return what the server shares with ``who``."""
        server = await self._shares.found()
        if server is None or server.uid == who.uid:
            return []
        saved, closed = await self._keys.in_use(server), await self._shares.closed_to(who)
        opened = {name: [key for key in keys if key.uid not in closed] for name, keys in saved.items()}
        keyed = (self._with_saved(server, name, keys) for name, keys in opened.items())
        locked = {key.provider for key in await self._keys.of(server)}  # with a key, used or not
        endpoints = await self._endpoints.sources(server)
        return [*filter(None, keyed), *(each for each in endpoints if each.name not in locked or opened.get(each.name))]

    def _environments(self, provider: Provider) -> Source:
        """Return ``provider`` as the environment lets us reach it."""
        stated = self._client.address(provider.name)
        return Source(name=provider.name, title=provider.title, provider=provider, stated=stated, trusted=True)

    def _with_saved(self, who: Person, name: str, keys: list[OpenKey]) -> Source | None:
        provider = every_provider().get(name)
        if provider is None:
            return None
        stated = self._client.address(name)
        for key in keys:
            if key.base_url == stated:
                return _keyed(provider, who, key, None, trusted=True)
            if key.base_url and not stated and takes_address(provider):
                return _keyed(provider, who, key, key.base_url, trusted=False)
        return None


def takes_address(provider: Provider) -> bool:
    """Return whether a person has to say where ``provider`` is, with every key."""
    return provider.key_needed and not provider.base_url and not provider.locate


def _keyed(provider: Provider, who: Person, key: OpenKey, base_url: str | None, *, trusted: bool) -> Source:
    return Source(
        name=provider.name,
        title=provider.title,
        provider=provider,
        scope=who.uid,
        key=key.secret,
        base_url=base_url,
        trusted=trusted,
    )
