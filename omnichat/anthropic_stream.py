"""The events of Anthropic's Messages API, read one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omnichat.deltas import Delta, FinishDelta, FinishReason, TextDelta, ThinkingDelta, ToolCallDelta, UsageDelta
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.wire_json import count, mapping, read_object, words

REASONS: Mapping[str, FinishReason] = {
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "tool_use": FinishReason.TOOL_CALLS,
    "refusal": FinishReason.FILTERED,
}


class EventReader:
    """The memory of one answer: tokens counted, tool calls open, whether it is over."""

    def __init__(self) -> None:
        self.finished = False
        self.over = False
        self._counts: dict[str, Any] = {}
        self._calls: dict[int, int] = {}

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports."""
        if event.name == "error":
            raise refusal(event.data)
        news = read_object(event.data)
        match news.get("type", event.name):
            case "content_block_delta":
                yield from self._piece(news.get("index"), mapping(news.get("delta")))
            case "content_block_start":
                yield from self._block(news.get("index"), mapping(news.get("content_block")))
            case "message_start":
                self._count(mapping(mapping(news.get("message")).get("usage")))
            case "message_delta":
                yield from self._ending(news)
            case "message_stop":
                yield from self._stop()
            case "error":
                raise refusal(event.data)

    def _piece(self, index: object, delta: Mapping[str, Any]) -> Iterator[Delta]:
        match delta:
            case {"type": "text_delta", "text": str(text)} if text:
                yield TextDelta(text)
            case {"type": "thinking_delta", "thinking": str(text)} if text:
                yield ThinkingDelta(text)
            case {"type": "input_json_delta", "partial_json": str(text)} if text and isinstance(index, int):
                yield from self._more(index, text)

    def _block(self, index: object, block: Mapping[str, Any]) -> Iterator[Delta]:
        match block:
            case {"type": "text", "text": str(text)} if text:
                yield TextDelta(text)
            case {"type": "thinking", "thinking": str(text)} if text:
                yield ThinkingDelta(text)
            case {"type": "tool_use", "id": str(name), "name": str(tool)} if isinstance(index, int):
                self._calls[index] = len(self._calls)
                yield ToolCallDelta(self._calls[index], name, tool)

    def _more(self, index: int, arguments: str) -> Iterator[Delta]:
        if index in self._calls:  # tools that the provider runs itself are none of ours
            yield ToolCallDelta(self._calls[index], arguments=arguments)

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
