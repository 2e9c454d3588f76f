"""The chunks of OpenAI's chat completions, read one after another.

See https://platform.openai.com/docs/api-reference/chat-streaming.
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
    TextDelta,
    ThinkingDelta,
    UsageDelta,
)
from omnichat.errors import OverloadedError, ProviderError, ServerError
from omnichat.openai_pieces import CallKeeper, EchoKeeper, read_citations, read_logprobs, read_references
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.think_tags import ThinkTags
from omnichat.wire_json import count, mapping, mappings, read_json, words

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
        self._calls = CallKeeper()
        self._whole = False
        self._usage: UsageDelta | None = None
        self._kept = EchoKeeper(echoes) if echoes else None
        self._sources: list[CitationDelta] = []
        self._failure: ProviderError | None = None

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports."""
        if event.name == "error":
            raise refusal(event.data)
        chunk = _read_chunk(event.data)
        if sources := chunk.get("search_results") or chunk.get("citations"):
            self._sources = read_citations(sources) or self._sources  # the whole list, over and over
        for choice in mappings(chunk.get("choices")):
            if choice.get("index") in (0, None):
                yield from self._choice(choice)
        yield from self._counted(chunk)
        if chunk.get("error") or ("choices" not in chunk and _complains(chunk)):
            raise refusal(event.data)
        if stopped := mapping(chunk.get("x_groq")).get("error"):
            raise refusal(json.dumps({"error": stopped}))
        if self._failure:
            raise self._failure

    def end(self, *, told: bool = False) -> Iterator[Delta]:
        """Yield what was kept back; a server that says the stream is over need not give a reason."""
        yield from self._tags.end()
        if (told or self._whole) and not self.finished:
            yield from self._finish(FinishReason.TOOL_CALLS if self._calls.made else FinishReason.STOP)

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
            yield self._calls.read(call)
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
            yield from self._kept.told(calls=bool(self._calls.made))
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

    def _counted(self, chunk: Mapping[str, Any]) -> Iterator[UsageDelta]:
        usage = mapping(chunk.get("usage")) or mapping(mapping(chunk.get("x_groq")).get("usage"))
        if usage.get("completion_tokens") is None:
            return
        counted = read_usage(usage)
        if counted != self._usage:
            self._usage = counted
            yield counted


def _read_chunk(text: str) -> dict[str, Any]:
    """Return a chunk; raise the error that stands in a list in the place of one."""
    value = read_json(text)
    if isinstance(value, dict):
        return value
    if any(one.get("error") for one in mappings(value)):
        raise refusal(text)
    raise ServerError(f"sent {text[:100]!r} where an object belongs", provider="")


def _complains(chunk: Mapping[str, Any]) -> bool:
    """Say whether this is an error without a wrapping, as some servers send it."""
    return chunk.get("object") == "error" or isinstance(chunk.get("message", chunk.get("detail")), str)


def read_usage(usage: Mapping[str, Any]) -> UsageDelta:
    """Return the tokens counted; where the total shows that reasoning was counted apart, it is added to the output."""
    given, made, total = (count(usage, name) for name in ("prompt_tokens", "completion_tokens", "total_tokens"))
    thought = count(mapping(usage.get("completion_tokens_details")), "reasoning_tokens")
    cached = count(mapping(usage.get("prompt_tokens_details")), "cached_tokens")
    if thought and total == given + made + thought:
        made += thought
    return UsageDelta(given, made, cached or count(usage, *CACHED), thought)
