"""``client.responses``, as OpenAI's client has it.

See https://platform.openai.com/docs/api-reference/responses.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Literal, Protocol, Self, TypeAlias, TypeVar, overload
from urllib.parse import quote

from omnichat.answers import Answer
from omnichat.capabilities import Capability
from omnichat.errors import UnsupportedError
from omnichat.fallback import ModelNames, first_of, named
from omnichat.parsed_responses import ParsedResponse, parsed_response
from omnichat.provider import Call, Provider
from omnichat.questions import format_of
from omnichat.registry import provider_named, split
from omnichat.response_answers import Response, ResponseStreamEvent
from omnichat.wire_json import mapping

T = TypeVar("T")
Input: TypeAlias = str | Sequence[Any]
OUR_OWN = {"extra_body", "extra_headers", "timeout"}
TAKEN = {"response.created", "response.queued", "response.in_progress"}


class Caller(Protocol):
    """What stands behind the shapes."""

    async def fetch(self, provider: Provider, model: str, call: Call) -> Any:
        """Return the JSON that answers ``call``."""

    def events(self, provider: Provider, model: str, call: Call) -> AsyncGenerator[ResponseStreamEvent, None]:
        """Yield the events that answer ``call``."""


class AsyncResponseStream:
    """An answer on its way: iterate over its events; ``close`` hangs up."""

    def __init__(self, events: AsyncGenerator[ResponseStreamEvent, None], first: list[ResponseStreamEvent]) -> None:
        self._events = events
        self._first = deque(first)

    def __aiter__(self) -> AsyncIterator[ResponseStreamEvent]:
        return self

    async def __anext__(self) -> ResponseStreamEvent:
        return self._first.popleft() if self._first else await anext(self._events)

    async def close(self) -> None:
        """Hang up."""
        await self._events.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class AsyncResponses:
    """The ``responses`` in ``client.responses``, for every provider that speaks the Responses API.

    What is asked goes to the provider as it is, and what it answers comes back whole; an answer that fails is an error
    of the same tree as everywhere. Where a provider has no such endpoint, an ``UnsupportedError`` says so.
    """

    def __init__(self, client: Caller) -> None:
        self._client = client

    @overload
    async def create(
        self, *, model: ModelNames, input: Input, stream: Literal[False] = False, **options: Any
    ) -> Response: ...
    @overload
    async def create(
        self, *, model: ModelNames, input: Input, stream: Literal[True], **options: Any
    ) -> AsyncResponseStream: ...
    @overload
    async def create(
        self, *, model: ModelNames, input: Input, stream: bool, **options: Any
    ) -> Response | AsyncResponseStream: ...
    async def create(
        self, *, model: ModelNames, input: Input, stream: bool = False, **options: Any
    ) -> Response | AsyncResponseStream:
        """Ask ``model``; return the whole answer, or, with ``stream``, its events as soon as the first one is there.

        ``input`` is words, or items: messages, results of tools, and what stood in the ``output`` of an earlier answer.
        Of a list of models each is asked only if those before it did not begin to answer; ``model`` of the answer is
        then the name in the list of the one that did, and else what its provider calls it.
        """
        _, answer = await self._begun(model, input, options, stream=stream)
        return answer if stream else await _whole(answer)

    async def parse(
        self, *, model: ModelNames, input: Input, text_format: type[T] | None = None, **options: Any
    ) -> ParsedResponse[T]:
        """Return the whole answer, with ``output_parsed`` as an instance of ``text_format``, a class of pydantic.

        The calls of strict tools have ``parsed_arguments``. What does not fit is a ``ServerError``.
        """
        tools = options.get("tools") or ()
        if tools:
            options["tools"] = [_flat(tool) for tool in tools]
        if text_format:
            options["text"] = {**(options.get("text") or {}), "format": _format(text_format)}
        name, answer = await self._begun(model, input, options, stream=False)
        return parsed_response(name, await _whole(answer), text_format, tools)

    async def _begun(
        self, model: ModelNames, given: Input, options: Mapping[str, Any], *, stream: bool
    ) -> tuple[str, Response | AsyncResponseStream]:
        """Return the name of the first model that begins to answer, and its answer."""
        models = named(model)

        async def ask(one: str) -> tuple[str, Response | AsyncResponseStream]:
            sign, surely = "" if isinstance(model, str) else one, not stream or one != models[-1]
            return one, await self._ask(one, given, options, stream=stream, surely=surely, sign=sign)

        return await first_of(models, ask)

    async def _ask(
        self, model: str, given: Input, options: Mapping[str, Any], *, stream: bool, surely: bool, sign: str
    ) -> Response | AsyncResponseStream:
        """Return the answer of one model, or, ``surely``, only if it does more than to take the question.

        The answer names its model by ``sign``, if there is one.
        """
        provider, name = split(model)
        _insist(provider, model)
        rest = {option: value for option, value in options.items() if option not in OUR_OWN and value is not None}
        told = {"model": name, "input": given, **rest, **(options.get("extra_body") or {})}
        call = Call(provider.responses_path, _plain(told), headers=options.get("extra_headers") or {})
        if options.get("background") and not stream:
            return _signed(Response(mapping(await self._client.fetch(provider, name, call))), sign)
        events = _events(
            self._client.events(provider, name, replace(call, json={**_plain(told), "stream": True})), sign
        )
        try:
            first = [await anext(events)]
            while surely and first[-1].type in TAKEN:
                first.append(await anext(events))
        except BaseException:
            await events.aclose()
            raise
        return AsyncResponseStream(events, first)

    async def retrieve(self, response_id: str, *, provider: str = "openai") -> Response:
        """Return an answer that ``provider`` has stored, as it stands by now.

        Raise a ``ProviderError`` when the provider refuses or fails.
        """
        return await self._stored(provider, quote(response_id, safe=""), "GET")

    async def cancel(self, response_id: str, *, provider: str = "openai") -> Response:
        """End the work on an answer begun in the ``background``, and return what there is of it.

        Raise a ``ProviderError`` when the provider refuses or fails.
        """
        return await self._stored(provider, f"{quote(response_id, safe='')}/cancel", "POST")

    async def delete(self, response_id: str, *, provider: str = "openai") -> None:
        """Delete an answer that ``provider`` has stored.

        Raise a ``ProviderError`` when the provider refuses or fails.
        """
        await self._stored(provider, quote(response_id, safe=""), "DELETE")

    async def _stored(self, name: str, path: str, method: str) -> Response:
        provider = provider_named(name)
        _insist(provider, name)
        call = Call(f"{provider.responses_path}/{path}", method=method)
        return Response(mapping(await self._client.fetch(provider, "", call)))


async def _whole(answer: Response | AsyncResponseStream) -> Response:
    """Return what the last event holds; items that it leaves out were told before."""
    if isinstance(answer, Response):
        return answer
    items, last = dict[int, Mapping[str, Any]](), Response({})
    async with answer:
        async for event in answer:
            last = event.response or last
            if event.type == "response.output_item.done" and event.item:
                place = event.raw.get("output_index")
                items[place if isinstance(place, int) else len(items)] = event.item.raw
    if last.output or not items:
        return last
    return Response({**last.raw, "output": [items[index] for index in sorted(items)]})


def _signed(answer: Response, model: str) -> Response:
    return Response({**answer.raw, "model": model}) if model else answer


async def _events(
    events: AsyncGenerator[ResponseStreamEvent, None], model: str
) -> AsyncGenerator[ResponseStreamEvent, None]:
    async with aclosing(events):
        async for event in events:
            whole = event.response if model else None
            yield replace(event, raw={**event.raw, "response": _signed(whole, model).raw}) if whole else event


def _insist(provider: Provider, name: str) -> None:
    if Capability.RESPONSES not in provider.offers:
        raise UnsupportedError(name, Capability.RESPONSES)


def _format(shape: type[Any]) -> dict[str, Any]:
    wanted = format_of(shape)
    return {"type": "json_schema", "name": wanted.name, "schema": wanted.schema, "strict": wanted.strict}


def _flat(tool: Any) -> Any:
    """Return a function as the Responses API describes it, where it came as chat completions do."""
    function = mapping(tool).get("function")
    return {"type": "function", **function} if isinstance(function, Mapping) else tool


def _plain(value: Any) -> Any:
    """Return ``value`` as JSON has it: our answers may stand in what is asked next."""
    if isinstance(value, Answer):
        return value.model_dump()
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
