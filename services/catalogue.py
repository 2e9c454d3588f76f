"""Which models can be asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Protocol

from omnichat.capabilities import Capability
from omnichat.errors import OmniChatError
from omnichat.model_facts import ModelFacts, facts_about
from omnichat.provider import ModelInfo, Provider
from services.news import News
from services.offers import Entry, Offer, Source
from services.people import Person
from services.replies import now

log = logging.getLogger(__name__)

LIFETIME = 600.0  # seconds that a provider's list is taken for granted
PATIENCE = 15.0  # seconds that a provider may take to list its models


class Lister(Protocol):
    """Whoever knows the providers in reach and what they offer: the library's client, or a fake."""

    def reachable(self) -> list[Provider]:
        """Return the providers that can be asked."""
        ...

    async def list_models(self, provider: str) -> list[ModelInfo]:
        """Return what one provider offers."""
        ...


class Catalogue:
    """The offers of all providers in reach, asked at most once per ten minutes and once at a time."""

    def __init__(self, lister: Lister, *, patience: float = PATIENCE) -> None:
        self._lister = lister
        self._patience = patience
        self._news = News()
        self._offers: dict[str, Offer] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    def known(self, who: Person) -> list[Offer]:
        """Return what is known now, without waiting for anybody."""
        return [self._offer(provider) for provider in self._lister.reachable()]

    async def offers(self, who: Person) -> list[Offer]:
        """Return all offers, fresh; one provider that fails or hangs spoils only its own."""
        await asyncio.gather(*(self._refresh(provider) for provider in self._lister.reachable()))
        return self.known(who)

    async def watch(self, who: Person) -> AsyncGenerator[None, None]:
        """Yield once, and after each change."""
        async for _ in self._news.watch("catalogue"):
            yield

    def _offer(self, provider: Provider) -> Offer:
        return self._offers.setdefault(provider.name, Offer(source=_source(provider)))

    async def _refresh(self, provider: Provider) -> None:
        name = provider.name
        offer = self._offer(provider)
        fresh = offer.listed_at and (now() - offer.listed_at).total_seconds() < LIFETIME
        if name != "local" and offer.entries and fresh:
            return
        if name not in self._asking:
            task = self._asking[name] = asyncio.create_task(self._list(offer), name=f"models of {name}")
            task.add_done_callback(lambda _: self._asking.pop(name, None))
        await asyncio.shield(self._asking[name])

    async def _list(self, offer: Offer) -> None:
        try:
            async with asyncio.timeout(self._patience):
                models = await self._lister.list_models(offer.source.name)
            chats = sorted((each for each in models if Capability.CHAT in each.can), key=lambda each: each.id)
            offer.entries = [_entry(each, facts_about(each.id)) for each in chats]
            offer.problem, offer.listed_at = "", now()
        except OmniChatError as error:
            offer.problem = f"{error} {error.hint}"
        except TimeoutError:
            offer.problem = f"{offer.source.title} did not list its models within {self._patience:g} s."
        except Exception:
            log.exception("The models of %s could not be listed", offer.source.name)
            offer.problem = f"{offer.source.title} sent a list that cannot be read."
        self._news.post("catalogue")


def _source(provider: Provider) -> Source:
    return Source(name=provider.name, title=provider.title, provider=provider, trusted=True)


def _entry(model: ModelInfo, facts: ModelFacts | None) -> Entry:
    facts = facts or ModelFacts(id=model.id)
    return Entry(
        id=model.id,
        title=model.title or model.id.rpartition("/")[2],
        can=model.can | facts.can,
        context=model.context or facts.context,
        max_output=facts.max_output,
        prices=facts.prices,
        ends=facts.ends,
        first_seen=now(),
        last_seen=now(),
    )
