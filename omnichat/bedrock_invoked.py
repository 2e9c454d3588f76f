"""The answers of Amazon Bedrock's models that were not asked by Converse, but invoked by themselves.

See https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import TypeAlias

from omnichat.anthropic_stream import EventReader
from omnichat.bedrock_makers import MARKS, ChoiceReader, TextReader
from omnichat.bedrock_stream import ConverseReader
from omnichat.cohere_former import FormerReader, is_former
from omnichat.deltas import Delta, UsageDelta
from omnichat.errors import ServerError
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.wire_json import count, mapping, object_in, read_object, words

METRICS = "amazon-bedrock-invocationMetrics"
CONVERSES = (
    *("messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"),
)
MakerReader: TypeAlias = EventReader | FormerReader | TextReader | ChoiceReader


class InvokedReader:
    """The memory of one answer in its maker's format: Bedrock counts the tokens where the maker does not."""

    def __init__(self, maker: MakerReader) -> None:
        self.finished = False
        self._maker = maker
        self._counted = False

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports."""
        if event.name == "error":
            raise refusal(event.data)
        for delta in self._maker.read(event):
            self._counted = self._counted or isinstance(delta, UsageDelta)
            yield delta
        self.finished = self._maker.finished
        metrics = mapping(object_in(event.data).get(METRICS))
        if metrics and not self._counted:
            self._counted = True
            read, written = count(metrics, "cacheReadInputTokenCount"), count(metrics, "cacheWriteInputTokenCount")
            given = count(metrics, "inputTokenCount") + read + written
            yield UsageDelta(given, count(metrics, "outputTokenCount"), read)


def unwrapped(event: ServerEvent) -> ServerEvent:
    """Return what is inside a chunk, Converse's own events by their names; any other event as it is."""
    if event.name != "chunk":
        return event
    inner = words(read_object(event.data).get("bytes"))
    try:
        text = b64decode(inner, validate=True).decode("utf-8")
    except ValueError as error:
        raise ServerError(f"sent something that is no base64: {inner[:100]!r}", provider="") from error
    news = read_object(text)
    named = next((name for name in CONVERSES if isinstance(news.get(name), dict)), "")
    return ServerEvent(json.dumps(news[named]), named) if named else ServerEvent(text)


def reader_for(event: ServerEvent) -> ConverseReader | InvokedReader:
    """Return who reads the answer that begins with ``event``."""
    maker = _maker(event)
    return InvokedReader(maker) if maker else ConverseReader()


def _maker(event: ServerEvent) -> MakerReader | None:
    news = object_in(event.data) if event.name == "message" else {}
    if news.keys() & MARKS:
        return TextReader()
    if "choices" in news:
        return ChoiceReader()
    if is_former(news):
        return FormerReader()
    claude = "type" in news and not words(news.get("message"))  # an error may have a type and a message in words
    return EventReader() if claude else None
