"""OpenAI's client, for every model."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from omnichat.addresses import tidy, versioned
from omnichat.capabilities import NOTHING, Capability
from omnichat.characters import Joiner
from omnichat.deltas import Delta
from omnichat.environment import Environment, headers_of, key_names
from omnichat.errors import AddressError, MissingKeyError
from omnichat.fallback import begun
from omnichat.guard import CLOSED, OpenNetworks, check_url
from omnichat.listings import Listing, listing, offered
from omnichat.messages import ChatRequest
from omnichat.model_facts import facts_about
from omnichat.provider import Call, ModelInfo, Provider
from omnichat.registry import every_provider, provider_named, split
from omnichat.retrying import OnWait, nobody_told
from omnichat.support import told_apart
from omnichat.target import NOWHERE_ELSE, Reach, Target
from omnichat.timeouts import PACE, RETRIES, Timeouts

if TYPE_CHECKING:
    from omnichat.faces import Faces
    from omnichat.local_server import LocalServers
    from omnichat.response_answers import ResponseStreamEvent
    from omnichat.transport import Transport
    from omnichat.websocket import WebSocket

LOCAL = "local"


class AsyncClient:
    """Reach any model by the name ``provider/model``.

    ``keys`` and ``base_urls``, by provider name, come before those in the environment, which is read once, here.
    A person's address may lead into a private network only where ``open_networks`` says so.
    ``local_models`` is a folder of GGUF files, offered as ``local/<file name>``; ``local_files`` are others, by name.
    """

    def __init__(
        self,
        *,
        keys: Mapping[str, str] | None = None,
        base_urls: Mapping[str, str] | None = None,
        local_models: Path | None = None,
        local_files: Mapping[str, Path] | None = None,
        pace: float = PACE,
        timeouts: Timeouts | None = None,
        retries: int = RETRIES,
        open_networks: OpenNetworks = CLOSED,
    ) -> None:
        known = Environment.read(os.environ, every_provider().values())
        self._keys = {**known.keys, **_filled(keys)}
        self._base_urls = {**known.base_urls, **_filled(base_urls)}
        self._variables = dict(os.environ)
        self._open_networks = open_networks
        sockets = import_module("omnichat.transport")  # httpx and aiohttp are heavy: not before there is a client
        self._transport: Transport = sockets.Transport(
            timeouts=timeouts, retries=retries, pace=pace, open_networks=open_networks
        )
        self._local: LocalServers | None = None
        if local_models:
            self._local = import_module("omnichat.local_server").LocalServers(local_models, files=local_files)
        self._listed: dict[str, Capability] = {}
        faces: Faces = import_module("omnichat.faces").Faces(self, self._target, self._transport)
        self.chat, self.models = faces.chat, faces.models
        self.responses, self.realtime = faces.responses, faces.realtime
        self.completions, self.embeddings, self.files = faces.completions, faces.embeddings, faces.files
        self.audio, self.images, self.moderations = faces.audio, faces.images, faces.moderations

    async def stream(
        self,
        request: ChatRequest,
        *,
        key: str | None = None,
        base_url: str | None = None,
        headers: Mapping[str, str] | None = None,
        trusted: bool = False,
        on_wait: OnWait = nobody_told,
    ) -> AsyncGenerator[Delta, None]:
        """Yield the answer of ``request.model`` piece by piece; closing the generator hangs up at once.

        A ``base_url`` is sent no other key than the one given beside it, an empty one being none; unless ``trusted``,
        it was typed by a person and may not lead into a private network. ``headers`` go along, and come before ours.
        All this belongs to the first model, and is not given to ``request.fallbacks``. ``on_wait`` is called with the
        failure and the seconds whenever we wait before another attempt, as the provider wishes or because it failed.
        """
        own = Reach(key=key, base_url=base_url, headers=headers or {}, trusted=trusted)

        def ask(one: ChatRequest) -> AsyncGenerator[Delta, None]:
            return self._answer(one, own if one.model == request.model else Reach(), on_wait)

        answer = (await begun(ask, request))[1] if request.fallbacks else ask(request)
        async with aclosing(answer) as deltas:
            async for delta in deltas:
                yield delta

    async def _answer(self, request: ChatRequest, reach: Reach, on_wait: OnWait) -> AsyncGenerator[Delta, None]:
        provider, model = split(request.model)
        call = provider.dialect.chat(replace(request, model=model)).dressed(request.headers, request.query)
        target = await self._target(provider, model, reach)
        joiner = Joiner()
        async with aclosing(self._transport.stream(target, call, on_wait)) as deltas:
            async for delta in deltas:
                yield joiner.join(delta)

    async def list_models(
        self,
        provider_name: str,
        *,
        key: str | None = None,
        base_url: str | None = None,
        headers: Mapping[str, str] | None = None,
        trusted: bool = False,
    ) -> list[ModelInfo]:
        """Return what the provider has on offer; ``CHAT in model.can`` tells the ones to talk to.

        Who is asked, and where, is said as in ``stream``.
        """
        provider = provider_named(provider_name)
        reach = Reach(key=key, base_url=base_url, headers=headers or {}, trusted=trusted)
        found = await self.listing(provider, reach)
        models = [offered(provider, model) for model in found.models] if found else []
        self._listed.update({model.id: model.can for model in models})
        return models

    async def listing(self, provider: Provider, reach: Reach = NOWHERE_ELSE, validator: str = "") -> Listing | None:
        """Return what the provider says it has, or None if it is still the answer that ``validator`` stands for."""
        if provider.name == LOCAL:
            return Listing(models=tuple(ModelInfo(id=name, can=NOTHING) for name in self._local_models()))
        return await listing(self._transport, await self._target(provider, "", reach), validator)

    async def fetch(self, provider: Provider, model: str, call: Call) -> Any:
        """Return the JSON that answers ``call``."""
        return await self._transport.fetch(await self._target(provider, model), call)

    async def events(self, provider: Provider, model: str, call: Call) -> AsyncGenerator[ResponseStreamEvent, None]:
        """Yield the events of the Responses API that answer ``call``; closing the generator hangs up at once."""
        target = await self._target(provider, model)
        async with aclosing(self._transport.events(target, call)) as events:
            async for event in events:
                yield event

    @asynccontextmanager
    async def dial(self, provider: Provider, model: str, path: Callable[[str], str]) -> AsyncIterator[WebSocket]:
        """Give an open WebSocket at what ``path`` returns for the provider's base address."""
        target = await self._target(provider, model)
        async with self._transport.websocket(target, path(target.base_url), {}) as socket:
            yield socket

    def reachable(self) -> list[Provider]:
        """Return the providers whose key or address we have, without asking the network."""
        return [provider for provider in every_provider().values() if self._within_reach(provider)]

    def address(self, provider_name: str) -> str:
        """Return the base address that was given for a provider, or nothing if it is where it always is."""
        return self._base_urls.get(provider_name, "")

    def checked_address(self, provider_name: str, base_url: str) -> str:
        """Return ``base_url``, as a person typed it, in good order; raise an ``AddressError`` if it may not be used.

        Where a name leads is only seen when it is asked.
        """
        tidied = tidy(base_url, provider_named(provider_name))
        check_url(tidied, self._open_networks)
        return tidied

    async def recognise(self, origin: str) -> str:
        """Return the name of the provider whose server answers at a trusted ``origin``, or nothing."""
        recognise: Callable[[Transport, str], Awaitable[str]] = import_module("omnichat.recognising").recognise
        return await recognise(self._transport, origin)

    def get_model_capabilities(self, model: str) -> dict[str, bool]:
        """Return what ``provider/model`` can do, under the names of the flags such as ``vision_support``.

        What the provider's list said when it was last asked comes before what we know of the model.
        """
        provider, name = split(model)
        facts = facts_about(model)
        known = provider.capabilities(name) | (facts.can if facts else NOTHING)
        return told_apart(self._listed.get(model, known))

    def download(self, url: str) -> AsyncGenerator[tuple[bytes, int | None], None]:
        """Yield the pieces of the file at a trusted ``url``, each with the bytes of the whole if they are known."""
        return self._transport.download(url)

    async def close(self) -> None:
        """Hang up, and end the local models."""
        await self._transport.close()
        if self._local:
            await self._local.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _within_reach(self, provider: Provider) -> bool:
        if provider.name == LOCAL:
            return bool(self._local_models())
        if provider.locate and provider.locate(self._variables, self._keys.get(provider.name)):
            return True
        addressed = bool(provider.base_url) or provider.name in self._base_urls
        return addressed and provider.name in (self._keys if provider.key_needed else self._base_urls)

    def _local_models(self) -> list[str]:
        return self._local.models() if self._local else []

    async def _target(
        self, provider: Provider, model: str, reach: Reach = NOWHERE_ELSE, *, embeds: bool = False
    ) -> Target:
        if provider.name == LOCAL:
            return await self._local_target(provider, model, embeds=embeds)
        key = reach.key.strip() if reach.key else None
        if reach.base_url:
            if reach.key != "":
                self._insist_on_key(provider, key)
            base_url, guarded = tidy(reach.base_url, provider), not reach.trusted
            return Target(provider=provider, base_url=base_url, key=key, guarded=guarded, headers=reach.headers)
        headers = {**({} if key else headers_of(provider, self._variables)), **reach.headers}
        key = key or self._keys.get(provider.name)
        if not provider.signing:
            self._insist_on_key(provider, key)
        known = self._base_urls.get(provider.name)
        if not known and provider.locate:
            known = await self._transport.apart(provider.locate, self._variables, key)  # it may look into files
        if not known and not provider.base_url:
            raise AddressError(f"nobody said where {provider.title} is: set {provider.name.upper()}_BASE_URL")
        known = known and tidy(versioned(known, provider, self._variables), provider)
        return Target(provider=provider, base_url=known or provider.base_url, key=key, headers=headers)

    async def _local_target(self, provider: Provider, model: str, *, embeds: bool) -> Target:
        if self._local is None:
            raise AddressError("no folder of local models was given")
        base_url, key = await self._local.endpoint(model, embeds=embeds)
        return Target(provider=provider, base_url=tidy(base_url, provider), key=key)

    @staticmethod
    def _insist_on_key(provider: Provider, key: str | None) -> None:
        if provider.key_needed and not key:
            raise MissingKeyError(f"{provider.title} needs a key: set {' or '.join(key_names(provider))}")


def _filled(values: Mapping[str, str] | None) -> dict[str, str]:
    return {name: value.strip() for name, value in (values or {}).items() if value.strip()}
