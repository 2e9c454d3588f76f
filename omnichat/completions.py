"""``client.chat.completions`` and ``client.models``, as OpenAI's client has them.

See https://platform.openai.com/docs/api-reference/chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Literal, Protocol, Self, overload

from omnichat import mirror, questions
from omnichat.answers import ChatCompletion, ChatCompletionChunk, Model, ModelList
from omnichat.deltas import Delta
from omnichat.errors import OmniChatError
from omnichat.fallback import ModelNames, begun, started
from omnichat.messages import ChatRequest
from omnichat.parsed import with_arguments
from omnichat.provider import ModelInfo, Provider
from omnichat.questions import Messages


class Speaker(Protocol):
    """What stands behind the shapes."""

    def stream(
        self, request: ChatRequest, *, key: str | None = None, base_url: str | None = None
    ) -> AsyncGenerator[Delta, None]:
        """Yield the answer piece by piece."""

    async def list_models(self, provider_name: str) -> list[ModelInfo]:
        """Return what a provider has on offer."""

    def reachable(self) -> list[Provider]:
        """Return the providers we can ask."""


class AsyncStream:
    """An answer on its way: iterate over its chunks; ``close`` hangs up."""

    def __init__(self, chunks: AsyncGenerator[ChatCompletionChunk, None]) -> None:
        self._chunks = chunks

    def __aiter__(self) -> AsyncIterator[ChatCompletionChunk]:
        return self

    async def __anext__(self) -> ChatCompletionChunk:
        return await anext(self._chunks)

    async def close(self) -> None:
        """Hang up."""
        await self._chunks.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class AsyncCompletions:
    """The ``completions`` in ``client.chat.completions``."""

    def __init__(self, client: Speaker) -> None:
        self._client = client

    @overload
    async def create(
        self, *, model: ModelNames, messages: Messages, stream: Literal[False] = False, **options: Any
    ) -> ChatCompletion: ...
    @overload
    async def create(
        self, *, model: ModelNames, messages: Messages, stream: Literal[True], **options: Any
    ) -> AsyncStream: ...
    @overload
    async def create(
        self, *, model: ModelNames, messages: Messages, stream: bool, **options: Any
    ) -> ChatCompletion | AsyncStream: ...
    async def create(
        self, *, model: ModelNames, messages: Messages, stream: bool = False, **options: Any
    ) -> ChatCompletion | AsyncStream:
        """Ask ``model``; return the whole answer, or, with ``stream``, its chunks as soon as the first one is there.

        Of several models each is asked only if those before it did not begin to answer; ``model`` of the answer tells
        which did. ``options`` are OpenAI's; of its own this has ``strict`` (name what a model does not take in an
        ``UnsupportedError``, instead of leaving it out), ``top_k``, and a class of pydantic as ``response_format``,
        of which ``message.parsed`` will be an instance.

        Raise an ``UnsupportedError`` for what the model cannot do, and a ``ProviderError`` when it refuses, fails or
        breaks off, be it half-way.
        """
        name, deltas = await begun(self._client.stream, questions.request(model, messages, options))
        if not stream:
            async with aclosing(deltas):
                return await mirror.completion(name, deltas, questions.shape_of(options))
        return AsyncStream(await started(_closing(deltas, mirror.chunks(name, deltas))))

    async def parse(
        self, *, model: ModelNames, messages: Messages, response_format: Any = None, **options: Any
    ) -> ChatCompletion:
        """Return the whole answer, with ``message.parsed`` as an instance of the class ``response_format``.

        The calls of strict tools have ``parsed_arguments``. What does not fit is a ``ServerError``.
        """
        asked = {"response_format": response_format, **options}
        answer = await self.create(model=model, messages=messages, stream=False, **asked)
        return with_arguments(answer, options.get("tools") or ())


async def _closing(
    deltas: AsyncGenerator[Delta, None], chunks: AsyncGenerator[ChatCompletionChunk, None]
) -> AsyncGenerator[ChatCompletionChunk, None]:
    async with aclosing(deltas), aclosing(chunks):
        async for chunk in chunks:
            yield chunk


class AsyncChat:
    """The ``chat`` in ``client.chat.completions``."""

    def __init__(self, client: Speaker) -> None:
        self.completions = AsyncCompletions(client)


class AsyncModels:
    """The ``models`` in ``client.models``."""

    def __init__(self, client: Speaker) -> None:
        self._client = client

    async def list(self) -> ModelList:
        """Return the models of every provider within reach that answers; raise the first one's error if none does."""
        providers = self._client.reachable()
        asked = await asyncio.gather(
            *(self._client.list_models(provider.name) for provider in providers), return_exceptions=True
        )
        failed = [found for found in asked if isinstance(found, BaseException)]
        for error in failed:
            if len(failed) == len(asked) or not isinstance(error, OmniChatError):
                raise error
        found = [model for models in asked if isinstance(models, list) for model in models]
        return ModelList(data=[Model(id=model.id, owned_by=model.id.partition("/")[0]) for model in found])
