"""The chunks of OpenAI's chat completions, read one after another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from omnichat.deltas import (
    CitationDelta,
    Delta,
    FinishDelta,
    FinishReason,
    TextDelta,
    ThinkingDelta,
    ToolCallDelta,
    UsageDelta,
)
from omnichat.errors import OverloadedError, ProviderError, ServerError
from omnichat.openai_pieces import EchoKeeper, read_citations, read_logprobs, read_references
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.think_tags import ThinkTags
from omnichat.wire_json import count, mapping, mappings, read_object, words

REASONS: Mapping[str, FinishReason] = {
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "model_length": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "tool_calls": FinishReason.TOOL_CALLS,
    "function_call": FinishReason.TOOL_CALLS,
    "content_filter": FinishReason.FILTERED,
    "refusal": FinishReason.FILTERED,
    "sensitive": FinishReason.FILTERED,
}
FAILURES: Mapping[str, type[ProviderError]] = {
    "error": ServerError,
    "network_error": ServerError,
    "insufficient_system_resource": OverloadedError,
}
CACHED = ("prompt_cache_hit_tokens", "num_cached_tokens", "cached_tokens")


class ChunkReader:
    """The memory of one answer: which tool calls are open, whether reasoning has a field, whether it is over.

    ``echoes`` are the fields that the server wants back with the next turn.
    """

    def __init__(self, thinking_fields: tuple[str, ...], echoes: frozenset[str] = frozenset()) -> None:
        self.finished = False
        self._fields = thinking_fields
        self._tags = ThinkTags()
        self._calls: dict[str, int] = {}
        self._last_call = -1
        self._whole = False
        self._usage: UsageDelta | None = None
        self._kept = EchoKeeper(echoes) if echoes else None
        self._sources: list[CitationDelta] = []
        self._failure: ProviderError | None = None

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports."""
        if event.name == "error":
            raise refusal(event.data)
        chunk = read_object(event.data)
        if sources := chunk.get("search_results") or chunk.get("citations"):
            self._sources = read_citations(sources) or self._sources  # the whole list, over and over
        for choice in mappings(chunk.get("choices")):
            if choice.get("index") in (0, None):
                yield from self._choice(choice)
        yield from self._counted(chunk)
        if chunk.get("error") or chunk.get("object") == "error":
            raise refusal(event.data)
        if self._failure:
            raise self._failure

    def end(self, *, told: bool = False) -> Iterator[Delta]:
        """Yield what was kept back; a server that says the stream is over need not give a reason."""
        yield from self._tags.end()
        if (told or self._whole) and not self.finished:
            yield from self._finish(FinishReason.TOOL_CALLS if self._calls else FinishReason.STOP)

    def _choice(self, choice: Mapping[str, Any]) -> Iterator[Delta]:
        # A server that does not stream answers in one piece; Azure's verdicts on what was said are no pieces at all.
        self._whole = "message" in choice and "delta" not in choice
        delta = mapping(choice.get("message" if self._whole else "delta"))
        thought = next((text for name in self._fields if (text := words(delta.get(name)))), "")
        if thought:
            self._tags.no_tags()
            yield ThinkingDelta(thought)
        content = delta.get("content")
        if content or delta.get("refusal"):
            yield from self._content(content or delta["refusal"])
        if len(delta) > 1 or not content or self._kept or choice.get("logprobs"):
            yield from self._beside(delta, choice)
        reason = choice.get("finish_reason")
        if isinstance(reason, str) and reason and not self.finished:
            yield from self._ending(reason, choice)

    def _beside(self, delta: Mapping[str, Any], choice: Mapping[str, Any]) -> Iterator[Delta]:
        for call in mappings(delta.get("tool_calls")):
            yield self._call(call)
        yield from read_logprobs(mapping(choice.get("logprobs")).get("content"))
        yield from read_citations(delta.get("annotations"))
        if self._kept:
            self._kept.keep(delta)

    def _ending(self, reason: str, choice: Mapping[str, Any]) -> Iterator[Delta]:
        yield from self._tags.end()
        if reason not in FAILURES:
            yield from self._finish(REASONS.get(reason, FinishReason.STOP))
        elif choice.get("error"):
            self._failure = refusal(json.dumps({"error": choice["error"]}))
        else:
            self._failure = FAILURES[reason]("broke off while answering", provider="", code=reason)

    def _finish(self, reason: FinishReason) -> Iterator[Delta]:
        self.finished = True
        yield from self._sources
        if self._kept:
            yield from self._kept.told(calls=bool(self._calls))
        yield FinishDelta(reason)

    def _content(self, content: object) -> Iterator[Delta]:
        if isinstance(content, str):
            yield from self._tags.feed(content)
        for piece in mappings(content):
            if piece.get("type") == "thinking":
                inner = piece.get("thinking")
                thought = words(inner) or "".join(words(part.get("text")) for part in mappings(inner))
                if thought:
                    yield ThinkingDelta(thought)
            elif piece.get("type") == "reference":
                yield from read_references(piece.get("reference_ids"))
            elif text := words(piece.get("text")):
                yield TextDelta(text)

    def _call(self, call: Mapping[str, Any]) -> ToolCallDelta:
        """Return one piece of a tool call; without an index a new id opens a call, and no id goes on with the last."""
        name = words(call.get("id"))
        index = call.get("index")
        if not isinstance(index, int) or isinstance(index, bool):
            index = self._calls.get(name, len(self._calls)) if name or self._last_call < 0 else self._last_call
        if name or index != self._last_call:
            self._calls[name or f"#{index}"] = index
        self._last_call = index
        function = mapping(call.get("function"))
        arguments = function.get("arguments")
        text = json.dumps(arguments, ensure_ascii=False) if isinstance(arguments, dict) else words(arguments)
        return ToolCallDelta(index, name, words(function.get("name")), text)

    def _counted(self, chunk: Mapping[str, Any]) -> Iterator[UsageDelta]:
        usage = mapping(chunk.get("usage")) or mapping(mapping(chunk.get("x_groq")).get("usage"))
        if usage.get("completion_tokens") is None:
            return
        counted = read_usage(usage)
        if counted != self._usage:
            self._usage = counted
            yield counted


def read_usage(usage: Mapping[str, Any]) -> UsageDelta:
    """Return the tokens counted; where the total shows that reasoning was counted apart, it is added to the output."""
    given, made, total = (count(usage, name) for name in ("prompt_tokens", "completion_tokens", "total_tokens"))
    thought = count(mapping(usage.get("completion_tokens_details")), "reasoning_tokens")
    cached = count(mapping(usage.get("prompt_tokens_details")), "cached_tokens")
    if thought and total == given + made + thought:
        made += thought
    return UsageDelta(given, made, cached or count(usage, *CACHED), thought)
