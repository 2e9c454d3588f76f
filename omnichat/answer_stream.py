"""An answer in either of OpenAI's two shapes, told apart by its first event."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable

from omnichat.deltas import Delta
from omnichat.errors import ConnectionFailedError
from omnichat.openai_stream import ChunkReader
from omnichat.provider import ServerEvent
from omnichat.responses_stream import ResponseReader, is_whole
from omnichat.wire_json import mapping, words


class AnswerReader:
    """The memory of one answer, of chat completions or of the Responses API, whichever the server sends."""

    def __init__(self, thinking_fields: tuple[str, ...], echoes: frozenset[str] = frozenset()) -> None:
        self._fields = thinking_fields
        self._echoes = echoes
        self._reader: ChunkReader | ResponseReader | None = None

    @property
    def finished(self) -> bool:
        """Whether the answer said that it is over."""
        return bool(self._reader and self._reader.finished)

    def read(self, event: ServerEvent) -> Iterable[Delta]:
        """Return what one event says; raise the error it reports."""
        if self._reader is None:
            self._reader = ResponseReader() if _is_response(event) else self._chunks()
        return self._reader.read(event)

    def end(self, *, told: bool = False) -> Iterable[Delta]:
        """Return what was kept back; ``told`` when the server said that the stream is over."""
        return (self._reader or self._chunks()).end(told=told)

    def _chunks(self) -> ChunkReader:
        return ChunkReader(self._fields, self._echoes)


async def read_answer(
    events: AsyncIterator[ServerEvent], thinking_fields: tuple[str, ...], echoes: frozenset[str] = frozenset()
) -> AsyncGenerator[Delta, None]:
    """Yield the answer; raise a nameless ``ConnectionFailedError`` for one that ends without saying so."""
    reader = AnswerReader(thinking_fields, echoes)
    async for event in events:
        if event.data.strip() == "[DONE]":
            for delta in reader.end(told=True):
                yield delta
            return
        for delta in reader.read(event):
            yield delta
    for delta in reader.end():
        yield delta
    if not reader.finished:
        raise ConnectionFailedError("the answer broke off", provider="")


def _is_response(event: ServerEvent) -> bool:
    if event.name.startswith("response."):
        return True
    try:
        news = mapping(json.loads(event.data))
    except (ValueError, RecursionError):
        return False
    return words(news.get("type")).startswith("response.") or is_whole(news)
