"""The way from a request to the model that answers it."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from omnichat.client import AsyncClient
from omnichat.deltas import Delta
from omnichat.errors import ProviderError
from omnichat.messages import ChatRequest
from omnichat.retrying import OnWait, nobody_told
from services.models.availability import Availability
from services.models.local_models import LocalModels, Phase
from services.models.offers import Source
from services.models.sources import Sources
from services.people.person import Person
from services.together import Together


class PatientSpeaker:
    """The client, at a person's own sources; a model that is still on its way to this computer is waited for."""

    def __init__(self, client: AsyncClient, local: LocalModels, sources: Sources, availability: Availability) -> None:
        self._client = client
        self._local = local
        self._sources = sources
        self._availability = availability
        self._in_reach = Together[Person, list[Source]](sources.of)

    async def ready(self, model: str) -> None:
        """Return when ``model`` can be asked; raise a ``ProviderError`` when it did not arrive."""
        provider, _, name = model.partition("/")
        if provider == "local":
            await self._arrival(name)

    async def continues(self, who: Person, model: str) -> bool:
        """Return whether whoever answers ``source/model`` goes on with its own last words."""
        return (await self._sources.named(who, model.partition("/")[0])).provider.continues

    async def stream(
        self, who: Person, request: ChatRequest, on_wait: OnWait = nobody_told
    ) -> AsyncGenerator[Delta, None]:
        """Answer ``request``, whose model is ``source/model``, with the key and at the address of that source.

        ``on_wait`` is told, with the failure and the seconds, when the source wants us to wait.
        """
        name, _, model = request.model.partition("/")
        source = await self._sources.named(who, name, among=await self._in_reach(who))
        spoken = replace(request, model=f"{source.provider.name}/{model}")
        answer = self._client.stream(
            spoken,
            key=source.key,
            base_url=source.base_url,
            headers=source.headers,
            trusted=source.trusted,
            on_wait=on_wait,
        )
        asked, answers = time.monotonic(), False
        try:
            async with aclosing(answer) as deltas:
                async for delta in deltas:
                    if not answers:
                        answers = True
                        self._availability.answered(source, time.monotonic() - asked)
                    yield delta
        except ProviderError as error:
            self._availability.failed(source, error)
            error.told(source.name)
            raise

    async def _arrival(self, model: str) -> None:
        async with aclosing(self._local.watch()) as states:
            async for state in states:
                if state.model == model and state.phase is Phase.FAILED:
                    raise ProviderError(state.words, provider="local")
                if state.model != model or state.phase is not Phase.FETCHING:
                    return
