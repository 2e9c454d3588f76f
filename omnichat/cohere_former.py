"""The answers of Cohere's former chat and generate, which Amazon Bedrock's Cohere models still give.

See https://docs.cohere.com/v1/reference/chat-stream and https://docs.cohere.com/v1/reference/generate.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from omnichat.cohere_stream import EventReader, counted, finish, insist_on_success
from omnichat.deltas import CitationDelta, Delta, FinishReason, TextDelta, ToolCallDelta
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.wire_json import mapping, mappings, object_in, read_object, words

MARKS = {"event_type", "is_finished", "generation_id", "generations"}


def reader_for(event: ServerEvent) -> EventReader | FormerReader:
    """Return who reads the answer that begins with ``event``."""
    return FormerReader() if is_former(object_in(event.data)) else EventReader()


def is_former(news: Mapping[str, Any]) -> bool:
    """Return whether one event, or a whole answer, is of the former kind."""
    return bool(news.keys() & MARKS)


class FormerReader:
    """The memory of one answer: what of it has been told already, whether it is over."""

    def __init__(self) -> None:
        self.finished = False
        self._said = False
        self._cited = False
        self._calls: dict[str, int] = {}
        self._documents: dict[str, dict[str, Any]] = {}

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports. An event without a type is a whole answer."""
        if event.name == "error":
            raise refusal(event.data)
        news = read_object(event.data)
        match words(news.get("event_type")):
            case "text-generation":
                yield from self._text(news)
            case "citation-generation" | "search-results":
                yield from self._sources(news)
            case "tool-calls-chunk":
                yield from self._text(news)
                yield from self._piece(mapping(news.get("tool_call_delta")))
            case "tool-calls-generation":
                yield from self._all(news)
            case "stream-end":
                yield from self._all(mapping(news.get("response")))
                yield from self._end({**mapping(news.get("response")), **news})
            case "":
                yield from self._untyped(news, event)

    def _untyped(self, news: Mapping[str, Any], event: ServerEvent) -> Iterator[Delta]:
        """Yield an answer that came in one piece, or a piece of one that only says whether it is the last."""
        if not is_former(news):
            if news.get("message") or news.get("error"):
                raise refusal(event.data)
            return
        if "is_finished" in news:
            yield from self._text(news)
        else:
            yield from self._all(news)
        if news.get("is_finished") is not False:
            yield from self._end({**next(iter(mappings(news.get("generations"))), {}), **news})

    def _text(self, news: Mapping[str, Any]) -> Iterator[Delta]:
        if text := words(news.get("text")):
            self._said = True
            yield TextDelta(text)

    def _sources(self, news: Mapping[str, Any]) -> Iterator[Delta]:
        """Yield the documents behind each passage; what they hold is told before, or beside."""
        self._documents |= {words(document.get("id")): document for document in mappings(news.get("documents"))}
        for citation in mappings(news.get("citations")):
            self._cited = True
            yield from self._cite(citation)

    def _cite(self, citation: Mapping[str, Any]) -> Iterator[Delta]:
        start, end = (citation[name] if isinstance(citation.get(name), int) else None for name in ("start", "end"))
        names = citation.get("document_ids")
        for name in names if isinstance(names, list) else []:
            told = self._documents.get(words(name), {})
            yield CitationDelta(
                url=words(told.get("url")) or words(name),
                title=words(told.get("title")),
                quote=words(told.get("snippet")) or words(told.get("text")),
                start=start,
                end=end,
            )

    def _piece(self, call: Mapping[str, Any]) -> Iterator[Delta]:
        """Yield a piece of a call; its parameters come as text."""
        if not call:
            return
        index = self._calls.setdefault(str(call.get("index")), len(self._calls))
        name = words(call.get("name"))
        yield ToolCallDelta(index, f"call_{index}" if name else "", name, words(call.get("parameters")))

    def _all(self, answer: Mapping[str, Any]) -> Iterator[Delta]:
        """Yield of a whole answer what its pieces have not told."""
        if not self._said:
            yield from self._text(next(iter(mappings(answer.get("generations"))), answer))
        if not self._cited:
            yield from self._sources(answer)
        calls = [] if self._calls else mappings(answer.get("tool_calls"))
        for index, call in enumerate(calls):
            self._calls[str(index)] = index
            arguments = json.dumps(mapping(call.get("parameters")), ensure_ascii=False)
            yield ToolCallDelta(index, f"call_{index}", words(call.get("name")), arguments)

    def _end(self, answer: Mapping[str, Any]) -> Iterator[Delta]:
        insist_on_success(answer)
        meta = mapping(answer.get("meta"))
        if meta.get("tokens") or meta.get("billed_units"):
            yield counted(meta)
        if not self.finished:
            self.finished = True
            yield finish(answer, FinishReason.TOOL_CALLS if self._calls else FinishReason.STOP)
