"""The events of the Responses API, as they are."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from omnichat.errors import ConnectionFailedError
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.response_answers import ResponseStreamEvent
from omnichat.responses_stream import failure, is_whole
from omnichat.wire_json import mapping, read_object, words


async def read_events(events: AsyncIterator[ServerEvent]) -> AsyncGenerator[ResponseStreamEvent, None]:
    """Yield the events as they are; a failed answer is told, and then raised as a nameless ``ProviderError``.

    The answer of a server that does not stream becomes the one event that it is the end of.
    """
    over = False
    async for event in events:
        if event.data.strip() == "[DONE]":
            break
        news = read_object(event.data)
        kind = words(news.get("type")) or event.name
        if not kind.startswith("response.") and is_whole(news):
            kind = f"response.{words(news.get('status')) or 'completed'}"
            news = {"response": news}
        elif kind == "error" or (news.get("error") and kind != "response.failed"):
            raise refusal(event.data)
        told = ResponseStreamEvent({**news, "type": kind})
        over = over or told.over
        yield told
        if kind == "response.failed":
            raise failure({"error": news.get("error"), **mapping(news.get("response"))}, "failed")
    if not over:
        raise ConnectionFailedError("the answer broke off", provider="")
