"""OpenAI's client, for every model."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Self

from omnichat.addresses import tidy
from omnichat.capabilities import NOTHING
from omnichat.characters import whole
from omnichat.completions import AsyncChat, AsyncModels
from omnichat.deltas import Delta
from omnichat.environment import Environment, key_names
from omnichat.errors import AddressError, MissingKeyError
from omnichat.local_server import LocalServers
from omnichat.messages import ChatRequest
from omnichat.provider import ModelInfo, Provider
from omnichat.registry import every_provider, provider_named, split
from omnichat.target import Target
from omnichat.timeouts import PACE, RETRIES, Timeouts

if TYPE_CHECKING:
    from omnichat.transport import Transport

LOCAL = "local"


class AsyncClient:
    """Reach any model by the name ``provider/model``.

    ``keys`` and ``base_urls``, by provider name, come before those in the environment, which is read once, here.
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
    ) -> None:
        known = Environment.read(os.environ, every_provider().values())
        self._keys = {**known.keys, **_filled(keys)}
        self._base_urls = {**known.base_urls, **_filled(base_urls)}
        sockets = import_module("omnichat.transport")  # httpx and aiohttp are heavy: not before there is a client
        self._transport: Transport = sockets.Transport(timeouts=timeouts, retries=retries, pace=pace)
        self._local = LocalServers(local_models, files=local_files) if local_models else None
        self.chat = AsyncChat(self)
        self.models = AsyncModels(self)

    async def stream(
        self, request: ChatRequest, *, key: str | None = None, base_url: str | None = None
    ) -> AsyncGenerator[Delta, None]:
        """Yield the answer of ``request.model`` piece by piece; closing the generator hangs up at once.

        A ``base_url`` given here was typed by a person: it may not lead into a private network, and is sent no other
        key than the one given beside it.
        """
        provider, model = split(request.model)
        call = provider.dialect.chat(replace(request, model=model))
        target = await self._target(provider, model, key, base_url)
        async with aclosing(self._transport.stream(target, call)) as deltas:
            async for delta in deltas:
                yield delta

    async def list_models(
        self, provider_name: str, *, key: str | None = None, base_url: str | None = None
    ) -> list[ModelInfo]:
        """Return what the provider has on offer; ``CHAT in model.can`` tells the ones to talk to."""
        provider = provider_named(provider_name)
        if provider.name == LOCAL:
            return [_offered(provider, ModelInfo(id=name, can=NOTHING)) for name in self._local_models()]
        target = await self._target(provider, "", key, base_url)
        answer = await self._transport.fetch(target, provider.dialect.models())
        return [_offered(provider, model) for model in provider.dialect.read_models(answer)]

    def reachable(self) -> list[Provider]:
        """Return the providers whose key or address we have, without asking the network."""
        return [provider for provider in every_provider().values() if self._within_reach(provider)]

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
        return provider.name in (self._keys if provider.key_needed else self._base_urls)

    def _local_models(self) -> list[str]:
        return self._local.models() if self._local else []

    async def _target(self, provider: Provider, model: str, key: str | None, base_url: str | None) -> Target:
        if provider.name == LOCAL:
            return await self._local_target(provider, model)
        key = key.strip() if key else None
        if base_url:
            self._insist_on_key(provider, key)
            return Target(provider=provider, base_url=tidy(base_url, provider), key=key, guarded=True)
        key = key or self._keys.get(provider.name)
        self._insist_on_key(provider, key)
        known = self._base_urls.get(provider.name)
        if not known and not provider.base_url:
            raise AddressError(f"nobody said where {provider.title} is: set {provider.name.upper()}_BASE_URL")
        return Target(provider=provider, base_url=tidy(known, provider) if known else provider.base_url, key=key)

    async def _local_target(self, provider: Provider, model: str) -> Target:
        if self._local is None:
            raise AddressError("no folder of local models was given")
        base_url, key = await self._local.endpoint(model)
        return Target(provider=provider, base_url=tidy(base_url, provider), key=key)

    @staticmethod
    def _insist_on_key(provider: Provider, key: str | None) -> None:
        if provider.key_needed and not key:
            raise MissingKeyError(f"{provider.title} needs a key: set {' or '.join(key_names(provider))}")


def _filled(values: Mapping[str, str] | None) -> dict[str, str]:
    return {name: value.strip() for name, value in (values or {}).items() if value.strip()}


def _offered(provider: Provider, model: ModelInfo) -> ModelInfo:
    name = f"{provider.name}/{whole(model.id)}"
    return replace(model, id=name, title=whole(model.title), can=model.can or provider.capabilities(model.id))
