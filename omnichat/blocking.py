"""The same client for programs without an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from concurrent.futures import Future
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, overload

from omnichat.answers import ChatCompletion, ChatCompletionChunk, ModelList
from omnichat.blocking_realtime import Realtime
from omnichat.blocking_stream import Stream
from omnichat.client import AsyncClient
from omnichat.completions import AsyncStream, Messages, ModelNames
from omnichat.deltas import Delta
from omnichat.messages import ChatRequest
from omnichat.provider import ModelInfo, Provider
from omnichat.response_answers import Response, ResponseStreamEvent
from omnichat.responses import AsyncResponseStream, Input
from omnichat.timeouts import PACE, RETRIES, Timeouts

if TYPE_CHECKING:
    from omnichat.blocking_endpoints import BlockingFaces

T = TypeVar("T")


class Client:
    """Reach any model by the name ``provider/model``; an event loop in a thread of its own does the work.

    The parameters are those of ``AsyncClient``.
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
        self._client = AsyncClient(
            keys=keys,
            base_urls=base_urls,
            local_models=local_models,
            local_files=local_files,
            pace=pace,
            timeouts=timeouts,
            retries=retries,
        )
        self._tasks = set[asyncio.Task[Any] | None]()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="omnichat", daemon=True)
        self._thread.start()
        self.chat = Chat(self, self._client)
        self.models = Models(self, self._client)
        self.realtime = Realtime(self, self._client)
        self.responses = Responses(self, self._client)
        faces: BlockingFaces = import_module("omnichat.blocking_endpoints").BlockingFaces(self, self._client)
        self.completions, self.embeddings, self.files = faces.completions, faces.embeddings, faces.files
        self.audio, self.images, self.moderations = faces.audio, faces.images, faces.moderations

    def stream(self, request: ChatRequest, *, key: str | None = None, base_url: str | None = None) -> Stream[Delta]:
        """Return the answer of ``request.model``, to be read piece by piece."""
        return Stream(self, self._client.stream(request, key=key, base_url=base_url))

    def list_models(
        self, provider_name: str, *, key: str | None = None, base_url: str | None = None
    ) -> list[ModelInfo]:
        """Return what the provider has on offer."""
        return self.wait_for(lambda: self._client.list_models(provider_name, key=key, base_url=base_url))

    def reachable(self) -> list[Provider]:
        """Return the providers whose key or address we have, without asking the network."""
        return self._client.reachable()

    def get_model_capabilities(self, model: str) -> dict[str, bool]:
        """Return what ``provider/model`` can do, under the names of the flags such as ``vision_support``."""
        return self._client.get_model_capabilities(model)

    def wait_for(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run ``work`` in the other thread and return what it returns."""
        return self.start(work).result()

    def start(self, work: Callable[[], Awaitable[T]]) -> Future[T]:
        """Start ``work`` in the other thread."""
        if self._loop.is_closed():
            raise RuntimeError("the client is closed")
        return asyncio.run_coroutine_threadsafe(self._run(work), self._loop)

    def close(self) -> None:
        """Break off what still runs, hang up, and end the thread."""
        if self._loop.is_closed():
            return
        self.wait_for(self._finish)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _run(self, work: Callable[[], Awaitable[T]]) -> T:
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            return await work()
        finally:
            self._tasks.discard(task)

    async def _finish(self) -> None:
        others = [task for task in self._tasks if task and task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.close()
        await self._loop.shutdown_asyncgens()


class Completions:
    """The ``completions`` in ``client.chat.completions``."""

    def __init__(self, client: Client, inner: AsyncClient) -> None:
        self._client = client
        self._inner = inner

    @overload
    def create(
        self, *, model: ModelNames, messages: Messages, stream: Literal[False] = False, **options: Any
    ) -> ChatCompletion: ...
    @overload
    def create(
        self, *, model: ModelNames, messages: Messages, stream: Literal[True], **options: Any
    ) -> Stream[ChatCompletionChunk]: ...
    @overload
    def create(
        self, *, model: ModelNames, messages: Messages, stream: bool, **options: Any
    ) -> ChatCompletion | Stream[ChatCompletionChunk]: ...
    def create(
        self, *, model: ModelNames, messages: Messages, stream: bool = False, **options: Any
    ) -> ChatCompletion | Stream[ChatCompletionChunk]:
        """Ask ``model``; return the whole answer, or, with ``stream``, its chunks as soon as the first one is there."""
        answer = self._client.wait_for(
            lambda: self._inner.chat.completions.create(model=model, messages=messages, stream=stream, **options)
        )
        return Stream(self._client, _chunks(answer)) if isinstance(answer, AsyncStream) else answer


async def _chunks(stream: AsyncStream) -> AsyncGenerator[ChatCompletionChunk, None]:
    async with stream:
        async for chunk in stream:
            yield chunk


class Chat:
    """The ``chat`` in ``client.chat.completions``."""

    def __init__(self, client: Client, inner: AsyncClient) -> None:
        self.completions = Completions(client, inner)


class Models:
    """The ``models`` in ``client.models``."""

    def __init__(self, client: Client, inner: AsyncClient) -> None:
        self._client = client
        self._inner = inner

    def list(self) -> ModelList:
        """Return the models of every provider within reach that answers."""
        return self._client.wait_for(self._inner.models.list)


class Responses:
    """The ``responses`` in ``client.responses``; the parameters are those of ``AsyncResponses``."""

    def __init__(self, client: Client, inner: AsyncClient) -> None:
        self._client = client
        self._inner = inner.responses

    @overload
    def create(
        self, *, model: ModelNames, input: Input, stream: Literal[False] = False, **options: Any
    ) -> Response: ...
    @overload
    def create(
        self, *, model: ModelNames, input: Input, stream: Literal[True], **options: Any
    ) -> Stream[ResponseStreamEvent]: ...
    @overload
    def create(
        self, *, model: ModelNames, input: Input, stream: bool, **options: Any
    ) -> Response | Stream[ResponseStreamEvent]: ...
    def create(
        self, *, model: ModelNames, input: Input, stream: bool = False, **options: Any
    ) -> Response | Stream[ResponseStreamEvent]:
        """Ask ``model``; return the whole answer, or, with ``stream``, its events as soon as the first one is there."""
        answer = self._client.wait_for(lambda: self._inner.create(model=model, input=input, stream=stream, **options))
        return Stream(self._client, _events(answer)) if isinstance(answer, AsyncResponseStream) else answer

    def retrieve(self, response_id: str, *, provider: str = "openai") -> Response:
        """Return an answer that ``provider`` has stored, as it stands by now."""
        return self._client.wait_for(lambda: self._inner.retrieve(response_id, provider=provider))

    def cancel(self, response_id: str, *, provider: str = "openai") -> Response:
        """End the work on an answer begun in the ``background``, and return what there is of it."""
        return self._client.wait_for(lambda: self._inner.cancel(response_id, provider=provider))

    def delete(self, response_id: str, *, provider: str = "openai") -> None:
        """Delete an answer that ``provider`` has stored."""
        self._client.wait_for(lambda: self._inner.delete(response_id, provider=provider))


async def _events(stream: AsyncResponseStream) -> AsyncGenerator[ResponseStreamEvent, None]:
    async with stream:
        async for event in stream:
            yield event
