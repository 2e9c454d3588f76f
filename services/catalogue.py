"""Which models can be asked."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from omnichat.capabilities import Capability
from omnichat.errors import OmniChatError
from omnichat.provider import ModelInfo, Provider

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


@dataclass(slots=True, kw_only=True)
class Offer:
    """What one provider offers; ``problem`` says in words why its list is old or empty."""

    provider: Provider
    models: list[ModelInfo] = field(default_factory=list)
    problem: str = ""
    listed_at: float = 0.0


class Catalogue:
    """The offers of all providers in reach, asked at most once per ten minutes and once at a time."""

    def __init__(self, lister: Lister, *, patience: float = PATIENCE) -> None:
        self._lister = lister
        self._patience = patience
        self._offers: dict[str, Offer] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    def known(self) -> list[Offer]:
        """Return what is known now, without waiting for anybody."""
        return [self._offer(provider) for provider in self._lister.reachable()]

    async def offers(self) -> Sequence[Offer]:
        """Return all offers, fresh; one provider that fails or hangs spoils only its own."""
        await asyncio.gather(*(self._refresh(provider) for provider in self._lister.reachable()))
        return self.known()

    def _offer(self, provider: Provider) -> Offer:
        return self._offers.setdefault(provider.name, Offer(provider=provider))

    async def _refresh(self, provider: Provider) -> None:
        name = provider.name
        offer = self._offer(provider)
        if name != "local" and offer.models and time.monotonic() - offer.listed_at < LIFETIME:
            return
        if name not in self._asking:
            task = self._asking[name] = asyncio.create_task(self._list(offer), name=f"models of {name}")
            task.add_done_callback(lambda _: self._asking.pop(name, None))
        await asyncio.shield(self._asking[name])

    async def _list(self, offer: Offer) -> None:
        try:
            async with asyncio.timeout(self._patience):
                models = await self._lister.list_models(offer.provider.name)
            offer.models = sorted((each for each in models if Capability.CHAT in each.can), key=lambda each: each.id)
            offer.problem, offer.listed_at = "", time.monotonic()
        except OmniChatError as error:
            offer.problem = f"{error} {error.hint}"
        except TimeoutError:
            offer.problem = f"{offer.provider.title} did not list its models within {self._patience:g} s."
        except Exception:
            log.exception("The models of %s could not be listed", offer.provider.name)
            offer.problem = f"{offer.provider.title} sent a list that cannot be read."
