"""The events of Anthropic's Messages API, read one after another.

See https://platform.claude.com/docs/en/build-with-claude/streaming.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from omnichat.anthropic_messages import DATA
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
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.wire_json import count, mapping, mappings, object_in, read_object, words

REASONS: Mapping[str, FinishReason] = {
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "pause_turn": FinishReason.LENGTH,  # to be gone on with
    "tool_use": FinishReason.TOOL_CALLS,
    "refusal": FinishReason.FILTERED,
}


@dataclass(slots=True)
class Block:
    """A block on its way, ``after`` so many characters of the answer."""

    block: dict[str, Any]
    after: int
    grown: list[str] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)


class EventReader:
    """The memory of one answer: tokens counted, tool calls open, the block that grows, whether it is over."""

    def __init__(self) -> None:
        self.finished = False
        self.over = False
        self._counts: dict[str, Any] = {}
        self._calls: dict[int, int] = {}
        self._at = 0
        self._open = Block({}, 0)
        self._servers: dict[str, ProviderDataDelta] = {}

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports."""
        news = read_object(event.data) if event.name != "error" else {"error": True}
        match words(news.get("type")) or event.name:
            case "content_block_delta":
                yield from self._piece(news.get("index"), mapping(news.get("delta")))
            case "content_block_start":
                yield from self._block(news.get("index"), mapping(news.get("content_block")))
            case "content_block_stop":
                yield from self._closed()
            case "message_start":
                self._count(mapping(mapping(news.get("message")).get("usage")))
            case "message_delta":
                yield from self._ending(news)
            case "message_stop":
                yield from self._stop()
            case _:
                yield from self._whole(news, event)

    def _whole(self, message: Mapping[str, Any], event: ServerEvent) -> Iterator[Delta]:
        """Yield an answer that came in one piece; raise the error it reports. Other news is none of ours."""
        if message.get("error") or message.get("type") == "error":
            raise refusal(event.data)
        self._count(mapping(message.get("usage")))
        for index, block in enumerate(mappings(message.get("content"))):
            yield from self._block(index, block)
            self._open.sources = mappings(block.get("citations"))
            yield from self._closed()
        yield from self._ending({"delta": message})

    def _piece(self, index: object, delta: Mapping[str, Any]) -> Iterator[Delta]:
        match delta:
            case {"type": "text_delta", "text": str(text)} if text:
                self._at += len(text)
                yield TextDelta(text)
            case {"type": "thinking_delta", "thinking": str(text)} if text:
                self._open.grown.append(text)
                yield ThinkingDelta(text)
            case {"type": "input_json_delta", "partial_json": str(text)} if text and isinstance(index, int):
                yield from self._more(index, text)
            case {"type": "signature_delta", "signature": str(text)}:
                self._open.block["signature"] = text
            case {"type": "citations_delta", "citation": {} as source}:
                self._open.sources.append(source)

    def _block(self, index: object, block: dict[str, Any]) -> Iterator[Delta]:
        self._open = Block(block, self._at)
        match block:
            case {"type": "text", "text": str(text)} if text:
                self._at += len(text)
                yield TextDelta(text)
            case {"type": "thinking", "thinking": str(text)} if text:
                self._open.grown.append(text)
                yield ThinkingDelta(text)
            case {"type": "tool_use", "id": str(name), "name": str(tool)} if isinstance(index, int):
                self._calls[index] = len(self._calls)
                yield ToolCallDelta(self._calls[index], name, tool)

    def _more(self, index: int, arguments: str) -> Iterator[Delta]:
        self._open.grown.append(arguments)
        if index in self._calls:  # tools that the provider runs itself are none of ours
            yield ToolCallDelta(self._calls[index], arguments=arguments)

    def _closed(self) -> Iterator[Delta]:
        """Yield what is known once a block is whole: its sources, and itself if it is wanted back."""
        ended, self._open = self._open, Block({}, 0)
        for source in ended.sources:
            yield _citation(source, ended.after, self._at)
        data = ProviderDataDelta({DATA: ended.block, "after": ended.after})
        match ended.block:
            case {"type": "tool_use", "input": {**told}} if told and not ended.grown and self._calls:
                yield ToolCallDelta(len(self._calls) - 1, arguments=json.dumps(told, ensure_ascii=False))
            case {"type": "thinking", "signature": str(signature)} if signature:
                ended.block["thinking"] = "".join(ended.grown)
                yield data
            case {"type": "redacted_thinking"}:
                yield data
            case {"type": "server_tool_use" | "mcp_tool_use", "id": str(name)}:
                ended.block["input"] = object_in("".join(ended.grown)) or mapping(ended.block.get("input"))
                self._servers[name] = data
            case {"tool_use_id": str(name)} if name in self._servers:  # a use without its result would be refused
                yield self._servers.pop(name)
                yield data

    def _ending(self, news: Mapping[str, Any]) -> Iterator[Delta]:
        self._count(mapping(news.get("usage")))
        if reason := words(mapping(news.get("delta")).get("stop_reason")):
            yield self._usage()
            self.finished = True
            yield FinishDelta(REASONS.get(reason, FinishReason.STOP))

    def _stop(self) -> Iterator[Delta]:
        self.over = True
        if not self.finished:
            self.finished = True
            yield self._usage()
            yield FinishDelta(FinishReason.TOOL_CALLS if self._calls else FinishReason.STOP)

    def _count(self, usage: Mapping[str, Any]) -> None:
        self._counts.update({name: value for name, value in usage.items() if value is not None})

    def _usage(self) -> UsageDelta:
        """Return the tokens so far; this API counts cached input apart."""
        read, written = (count(self._counts, f"cache_{kind}_input_tokens") for kind in ("read", "creation"))
        thought = count(mapping(self._counts.get("output_tokens_details")), "thinking_tokens")
        given = count(self._counts, "input_tokens") + read + written
        return UsageDelta(given, count(self._counts, "output_tokens"), read, thought)


def _citation(source: Mapping[str, Any], start: int, end: int) -> CitationDelta:
    """Return a source of the block of text between two characters of the answer."""
    return CitationDelta(
        url=words(source.get("url")) or words(source.get("source")),
        title=words(source.get("title")) or words(source.get("document_title")),
        quote=words(source.get("cited_text")),
        start=start,
        end=end,
    )
