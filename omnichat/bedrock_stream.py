"""The events of Amazon Bedrock's ConverseStream, read one after another, and the whole answers of Converse.

See https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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
from omnichat.errors import ServerError
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.wire_json import count, mapping, mappings, object_in, read_object, words

REASONS: Mapping[str, FinishReason] = {
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "tool_use": FinishReason.TOOL_CALLS,
    "guardrail_intervened": FinishReason.FILTERED,
    "content_filtered": FinishReason.FILTERED,
    "refusal": FinishReason.FILTERED,
}
FAILURES = {"malformed_model_output", "malformed_tool_use"}


class ConverseReader:
    """The memory of one answer: the blocks that are open, the calls made, whether it is over."""

    def __init__(self) -> None:
        self.finished = False
        self._calls: dict[int, int] = {}
        self._signed: dict[int, dict[str, Any]] = {}
        self._own: dict[int, dict[str, Any]] = {}

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports."""
        if event.name == "error":
            raise refusal(event.data)
        news = read_object(event.data)
        at = count(news, "contentBlockIndex")
        match event.name:
            case "contentBlockDelta":
                yield from self._piece(at, mapping(news.get("delta")))
            case "contentBlockStart":
                yield from self._start(at, mapping(news.get("start")))
            case "contentBlockStop":
                yield from self._stop(at)
            case "messageStop":
                yield from self._ending(news)
            case "metadata":
                yield from _counted(news)
            case "message":
                yield from self._whole(news)

    def _piece(self, at: int, delta: Mapping[str, Any]) -> Iterator[Delta]:
        match delta:
            case {"text": str(text)} if text:
                yield TextDelta(text)
            case {"reasoningContent": dict(thought)}:
                yield from self._thought(at, thought)
            case {"toolUse": {"input": str(text)}} if at in self._own:
                self._own[at]["toolUse"]["input"] += text
            case {"toolUse": {"input": str(text)}} if at in self._calls and text:
                yield ToolCallDelta(self._calls[at], arguments=text)
            case {"toolResult": list(pieces)} if at in self._own:
                self._own[at]["toolResult"]["content"] += pieces
            case {"citation": dict(source)}:
                yield from _cited(source)

    def _thought(self, at: int, thought: Mapping[str, Any]) -> Iterator[Delta]:
        """Yield reasoning to be shown, and keep what the model wants back: signed as it is, or unreadable."""
        kept = self._signed.setdefault(at, {})
        for name in ("text", "signature", "redactedContent"):
            if piece := words(thought.get(name)):
                kept[name] = kept.get(name, "") + piece
        if text := words(thought.get("text")):
            yield ThinkingDelta(text)

    def _start(self, at: int, start: Mapping[str, Any]) -> Iterator[Delta]:
        match start:
            case {"toolUse": {"type": "server_tool_use"} as tool}:
                self._own[at] = {"toolUse": {**tool, "input": ""}}
            case {"toolUse": {"toolUseId": str(name), "name": str(tool)}}:
                self._calls[at] = len(self._calls)
                yield ToolCallDelta(self._calls[at], name, tool)
            case {"toolResult": dict(result)}:
                self._own[at] = {"toolResult": {**result, "content": []}}

    def _stop(self, at: int) -> Iterator[Delta]:
        kept = self._signed.pop(at, {})
        if redacted := kept.get("redactedContent"):
            yield ProviderDataDelta({"reasoningContent": {"redactedContent": redacted}})
        elif kept.get("signature"):
            signed = {"text": kept.get("text", ""), "signature": kept["signature"]}
            yield ProviderDataDelta({"reasoningContent": {"reasoningText": signed}})
        if own := self._own.pop(at, {}):
            if "toolUse" in own:
                own["toolUse"]["input"] = object_in(own["toolUse"]["input"])
            yield ProviderDataDelta(own)

    def _ending(self, news: Mapping[str, Any]) -> Iterator[Delta]:
        reason = words(news.get("stopReason"))
        for at in sorted({*self._signed, *self._own}):
            yield from self._stop(at)
        if reason in FAILURES:
            raise ServerError(f"stopped: {reason}", provider="", code=reason)
        if not self.finished:
            self.finished = True
            stopped = FinishReason.TOOL_CALLS if self._calls and not reason else FinishReason.STOP
            yield FinishDelta(REASONS.get(reason, stopped))

    def _whole(self, news: Mapping[str, Any]) -> Iterator[Delta]:
        """Yield an answer that came in one piece."""
        if "output" not in news:
            if news.get("error") or news.get("message"):
                raise refusal(json.dumps(news))
            return
        message = mapping(mapping(news.get("output")).get("message"))
        for at, block in enumerate(mappings(message.get("content"))):
            yield from self._block(at, block)
        yield from _counted(news)
        yield from self._ending(news)

    def _block(self, at: int, block: Mapping[str, Any]) -> Iterator[Delta]:
        match block:
            case {"text": str(text)} if text:
                yield TextDelta(text)
            case {"reasoningContent": dict(thought)}:
                yield from self._thought(at, mapping(thought.get("reasoningText")) or thought)
                yield from self._stop(at)
            case {"toolResult": _} | {"toolUse": {"type": "server_tool_use"}}:
                yield ProviderDataDelta(dict(block))
            case {"toolUse": {"toolUseId": str(name), "name": str(tool)} as call}:
                self._calls[at] = len(self._calls)
                arguments = json.dumps(mapping(call.get("input")), ensure_ascii=False)
                yield ToolCallDelta(self._calls[at], name, tool, arguments)
            case {"citationsContent": dict(cited)}:
                yield from _with_sources(cited)


def _with_sources(cited: Mapping[str, Any]) -> Iterator[Delta]:
    for piece in mappings(cited.get("content")):
        if text := words(piece.get("text")):
            yield TextDelta(text)
    for source in mappings(cited.get("citations")):
        yield from _cited(source)


def _cited(source: Mapping[str, Any]) -> Iterator[CitationDelta]:
    web = mapping(mapping(source.get("location")).get("web"))
    url = words(web.get("url")) or words(source.get("source"))
    title = words(source.get("title")) or words(web.get("domain"))
    quote = "".join(words(piece.get("text")) for piece in mappings(source.get("sourceContent")))
    if url or title or quote:
        yield CitationDelta(url=url, title=title, quote=quote)


def _counted(news: Mapping[str, Any]) -> Iterator[UsageDelta]:
    """Yield the tokens counted; Converse counts cached input apart."""
    usage = mapping(news.get("usage"))
    if usage:
        read = count(usage, "cacheReadInputTokens", "cacheReadInputTokenCount")
        written = count(usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount")
        yield UsageDelta(count(usage, "inputTokens") + read + written, count(usage, "outputTokens"), read)
