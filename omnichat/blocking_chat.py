"""Chat, the Responses API and the models on offer, for programs without an event loop."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Literal, TypeVar, overload

from omnichat.answers import ChatCompletion, ChatCompletionChunk, ModelList
from omnichat.blocking_stream import Runner, Stream
from omnichat.client import AsyncClient
from omnichat.completions import AsyncStream
from omnichat.fallback import ModelNames
from omnichat.parsed_responses import ParsedResponse
from omnichat.questions import Messages
from omnichat.response_answers import Response, ResponseStreamEvent
from omnichat.responses import AsyncResponseStream, Input

T = TypeVar("T")


class Completions:
    """The ``completions`` in ``client.chat.completions``."""

    def __init__(self, client: Runner, inner: AsyncClient) -> None:
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

    def parse(
        self, *, model: ModelNames, messages: Messages, response_format: Any = None, **options: Any
    ) -> ChatCompletion:
        """Return the whole answer, with ``message.parsed`` as an instance of the class ``response_format``."""
        asked = {"response_format": response_format, **options}
        return self._client.wait_for(
            lambda: self._inner.chat.completions.parse(model=model, messages=messages, **asked)
        )


async def _chunks(stream: AsyncStream) -> AsyncGenerator[ChatCompletionChunk, None]:
    async with stream:
        async for chunk in stream:
            yield chunk


class Chat:
    """The ``chat`` in ``client.chat.completions``."""

    def __init__(self, client: Runner, inner: AsyncClient) -> None:
        self.completions = Completions(client, inner)


class Models:
    """The ``models`` in ``client.models``."""

    def __init__(self, client: Runner, inner: AsyncClient) -> None:
        self._client = client
        self._inner = inner

    def list(self) -> ModelList:
        """Return the models of every provider within reach that answers."""
        return self._client.wait_for(self._inner.models.list)


class Responses:
    """The ``responses`` in ``client.responses``; the parameters are those of ``AsyncResponses``."""

    def __init__(self, client: Runner, inner: AsyncClient) -> None:
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

    def parse(
        self, *, model: ModelNames, input: Input, text_format: type[T] | None = None, **options: Any
    ) -> ParsedResponse[T]:
        """Return the whole answer, with ``output_parsed`` as an instance of ``text_format``, a class of pydantic."""
        return self._client.wait_for(
            lambda: self._inner.parse(model=model, input=input, text_format=text_format, **options)
        )

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
