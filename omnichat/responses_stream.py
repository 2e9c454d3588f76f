"""The events of OpenAI's Responses API, read one after another.

See https://platform.openai.com/docs/api-reference/responses-streaming.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from omnichat.deltas import (
    CitationDelta,
    Delta,
    FinishDelta,
    FinishReason,
    ProviderDataDelta,
    TextDelta,
    ThinkingDelta,
    ToolCallDelta,
    UsageDelta,
)
from omnichat.errors import ProviderError
from omnichat.openai_pieces import read_logprobs
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.wire_json import count, mapping, mappings, read_object, words

ENDS = {"completed", "incomplete", "requires_action"}
OVER = ENDS | {"failed", "cancelled", "canceled"}
THOUGHTS = {"response.reasoning_summary_text": "summary", "response.reasoning_text": "content"}
SAYINGS = {"response.output_text": "text", "response.refusal": "refusal"}
ARGUMENTS = "response.function_call_arguments"


@dataclass(slots=True)
class Item:
    """What was read of one output item: words before it in the answer, its tool call, the parts told in pieces."""

    offset: int = 0
    kind: str = ""
    call: int | None = None
    told: set[object] = field(default_factory=set)
    thought: str = ""


class ResponseReader:
    """The memory of one answer: its items, what of them was told, whether it is over."""

    def __init__(self) -> None:
        self.finished = False
        self._items: dict[object, Item] = {}
        self._newest = Item()
        self._said: set[str] = set()
        self._calls = 0
        self._length = 0
        self._refused = False
        self._cited: set[CitationDelta] = set()

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports."""
        if event.name == "error":
            raise refusal(event.data)
        news = read_object(event.data)
        kind = words(news.get("type")) or event.name
        about, _, step = kind.rpartition(".")
        if step == "delta":
            yield from self._piece(about, news, words(news.get("delta")))
        elif about == "response":
            yield from self._over({"error": news.get("error"), **mapping(news.get("response"))}, step)
        elif about == "response.reasoning":
            yield from self._search(news)
        elif about:
            yield from self._step(about, step, news)
        elif kind != "error" and is_whole(news):
            yield from self._over(news, "")
        elif kind == "error" or news.get("error"):
            raise refusal(event.data)

    def end(self, *, told: bool = False) -> Iterator[Delta]:
        """Yield the finish that a server left out which said that its stream is over."""
        if told and not self.finished:
            yield self._finish("")

    def _piece(self, about: str, news: Mapping[str, Any], text: str) -> Iterator[Delta]:
        item, part = self._item(news), news.get("content_index")
        if about in SAYINGS:
            yield from self._say(item, SAYINGS[about], part if isinstance(part, int) else 0, text)
            yield from read_logprobs(news.get("logprobs"))
        elif about == ARGUMENTS:
            yield from self._argue(item, text)
        elif about in THOUGHTS and item.thought in {"", THOUGHTS[about]} and text:
            item.thought = THOUGHTS[about]
            self._said.add("reasoning")
            yield ThinkingDelta(text)

    def _step(self, about: str, step: str, news: Mapping[str, Any]) -> Iterator[Delta]:
        """Read the beginning or the end of a part; an end repeats what came in pieces."""
        if about == "response.output_item":
            inner = mapping(news.get("item"))
            item = self._known(inner, news.get("output_index"))
            yield from self._open(item, inner) if step == "added" else self._tell(item, inner)
        elif about == "response.output_text.annotation":
            yield from self._cite(mapping(news.get("annotation")), self._item(news))
        elif step == "done":
            yield from self._end(about, self._item(news), news)

    def _end(self, about: str, item: Item, news: Mapping[str, Any]) -> Iterator[Delta]:
        if about == ARGUMENTS and "arguments" not in item.told:
            yield from self._argue(item, words(news.get("arguments")))
        elif about in SAYINGS:
            kind, part = SAYINGS[about], news.get("content_index")
            number = part if isinstance(part, int) else 0
            if (kind, number) not in item.told:
                yield from self._say(item, kind, number, words(news.get(kind)))

    def _over(self, response: Mapping[str, Any], step: str) -> Iterator[Delta]:
        """Read a whole response: the last event of a stream, or the answer of a server that does not stream."""
        status = words(response.get("status"))
        status = status if status in OVER else step
        if status not in OVER:
            return
        said = frozenset(self._said)
        for index, inner in enumerate(mappings(response.get("output"))):
            if self._find(inner, index) or words(inner.get("type")) not in said:
                yield from self._tell(self._known(inner, index), inner)
        usage = mapping(response.get("usage"))
        if "output_tokens" in usage:
            yield read_usage(usage)
        if response.get("error") or status not in ENDS:
            raise failure(response, status)
        if not self.finished:
            yield self._finish(words(mapping(response.get("incomplete_details")).get("reason")), status)

    def _finish(self, reason: str, status: str = "") -> FinishDelta:
        self.finished = True
        if reason != "content_filter" and (reason.startswith("max") or status == "incomplete"):
            return FinishDelta(FinishReason.LENGTH)
        if self._refused or reason == "content_filter":
            return FinishDelta(FinishReason.FILTERED)
        return FinishDelta(FinishReason.TOOL_CALLS if self._calls else FinishReason.STOP)

    def _find(self, inner: Mapping[str, Any], index: object) -> Item | None:
        """Return the item that was opened under one of its names, or at its place."""
        for name in (inner.get("id"), inner.get("call_id")):
            if isinstance(name, str) and name in self._items:
                return self._items[name]
        placed = self._items.get(index) if isinstance(index, int) else None
        return placed if placed and placed.kind in {"", words(inner.get("type"))} else None

    def _known(self, inner: Mapping[str, Any], index: object) -> Item:
        """Return the item that was opened before, or a new one."""
        item = self._find(inner, index) or Item(self._length)
        item.kind = words(inner.get("type"))
        names = (inner.get("id"), inner.get("call_id"), index)
        self._items.update({name: item for name in names if isinstance(name, str | int) and name != ""})
        self._newest = item
        return item

    def _item(self, news: Mapping[str, Any]) -> Item:
        """Return the item an event is about; servers that name none mean the newest."""
        name, index = news.get("item_id"), news.get("output_index")
        if isinstance(name, str) and name in self._items:
            return self._items[name]
        if isinstance(index, int):
            return self._items.setdefault(index, Item(self._length))
        return self._newest

    def _open(self, item: Item, inner: Mapping[str, Any]) -> Iterator[Delta]:
        if inner.get("type") == "function_call" and item.call is None:
            item.call = self._calls
            self._calls += 1
            self._said.add("function_call")
            name = words(inner.get("call_id")) or words(inner.get("id"))
            yield ToolCallDelta(item.call, name, words(inner.get("name")))

    def _tell(self, item: Item, inner: Mapping[str, Any]) -> Iterator[Delta]:
        """Yield what a whole item says and was not told in pieces."""
        match inner.get("type"):
            case "message":
                for number, part in enumerate(mappings(inner.get("content"))):
                    yield from self._part(item, number, part)
            case "function_call":
                yield from self._open(item, inner)
                if "arguments" not in item.told:
                    yield from self._argue(item, words(inner.get("arguments")))
            case "reasoning":
                yield from self._thought(item, inner)
            case "search_results" | "fetch_url_results":
                yield from self._sources(inner.get("results") or inner.get("contents"))

    def _part(self, item: Item, number: int, part: Mapping[str, Any]) -> Iterator[Delta]:
        if ("text", number) not in item.told:
            yield from read_logprobs(part.get("logprobs"))
        for kind in ("text", "refusal"):
            if (kind, number) not in item.told:
                yield from self._say(item, kind, number, words(part.get(kind)))
        for annotation in mappings(part.get("annotations")):
            yield from self._cite(annotation, item)

    def _say(self, item: Item, kind: str, number: int, text: str) -> Iterator[Delta]:
        if text:
            item.told.add((kind, number))
            self._refused |= kind == "refusal"
            self._length += len(text)
            self._said.add("message")
            yield TextDelta(text)

    def _argue(self, item: Item, text: str) -> Iterator[Delta]:
        if text and item.call is not None:  # tools that the provider runs itself are none of ours
            item.told.add("arguments")
            yield ToolCallDelta(item.call, arguments=text)

    def _thought(self, item: Item, inner: Mapping[str, Any]) -> Iterator[Delta]:
        for kind in ("summary", "content"):
            if not item.thought and (text := "".join(words(part.get("text")) for part in mappings(inner.get(kind)))):
                item.thought = kind
                yield ThinkingDelta(text)
        if inner.get("encrypted_content") and "sealed" not in item.told:
            item.told.add("sealed")
            yield ProviderDataDelta(dict(inner))

    def _cite(self, annotation: Mapping[str, Any], item: Item) -> Iterator[Delta]:
        inner = mapping(annotation.get("url_citation")) or annotation
        span = [annotation.get(name, inner.get(name)) for name in ("start_index", "end_index")]
        start, end = (n + item.offset if isinstance(n, int) else None for n in span)
        title = words(inner.get("title"))
        yield from self._once(CitationDelta(url=words(inner.get("url")), title=title, start=start, end=end))

    def _search(self, news: Mapping[str, Any]) -> Iterator[Delta]:
        if thought := words(news.get("thought")):
            yield ThinkingDelta(thought)
        yield from self._sources(news.get("results") or news.get("contents"))

    def _sources(self, results: object) -> Iterator[Delta]:
        for row in mappings(results):
            found = words(row.get("snippet"))
            yield from self._once(CitationDelta(url=words(row.get("url")), title=words(row.get("title")), quote=found))

    def _once(self, citation: CitationDelta) -> Iterator[Delta]:
        if citation.url and citation not in self._cited:
            self._cited.add(citation)
            yield citation


def is_whole(news: Mapping[str, Any]) -> bool:
    """Return whether this is a whole response, and no event."""
    return news.get("object") == "response" or ("output" in news and "choices" not in news)


def failure(response: Mapping[str, Any], status: str) -> ProviderError:
    """Return the error that a response speaks of which came to nothing."""
    return refusal(json.dumps({"error": response.get("error") or {"message": f"the answer {status}"}}))


def read_usage(usage: Mapping[str, Any]) -> UsageDelta:
    """Return the tokens counted; where the total shows that reasoning was counted apart, it is added to the output."""
    given, made, total = (count(usage, name) for name in ("input_tokens", "output_tokens", "total_tokens"))
    thought = count(mapping(usage.get("output_tokens_details")), "reasoning_tokens")
    if thought and total == given + made + thought:
        made += thought
    return UsageDelta(given, made, count(mapping(usage.get("input_tokens_details")), "cached_tokens"), thought)
