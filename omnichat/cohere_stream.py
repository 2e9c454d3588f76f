"""The events of Cohere's chat, read one after another.

See https://docs.cohere.com/v2/docs/streaming.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omnichat.deltas import (
    CitationDelta,
    Delta,
    FinishDelta,
    FinishReason,
    LogprobDelta,
    ProviderDataDelta,
    TextDelta,
    ThinkingDelta,
    ToolCallDelta,
    UsageDelta,
)
from omnichat.errors import ContentFilterError, ProviderError, ServerError, TimedOutError
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.wire_json import mapping, mappings, number, read_object, words

PLAN = "tool_plan"
REASONS: Mapping[str, FinishReason] = {
    "MAX_TOKENS": FinishReason.LENGTH,
    "ERROR_LIMIT": FinishReason.LENGTH,
    "TOOL_CALL": FinishReason.TOOL_CALLS,
}
FAILURES: Mapping[str, type[ProviderError]] = {
    "ERROR": ServerError,
    "ERROR_TOXIC": ContentFilterError,
    "TIMEOUT": TimedOutError,
}


class EventReader:
    """The memory of one answer: the plan for its tool calls, which of them are open, whether it is over."""

    def __init__(self) -> None:
        self.finished = False
        self._plan: list[str] = []
        self._calls: dict[object, int] = {}

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports. An event without a type is a whole answer."""
        if event.name == "error":
            raise refusal(event.data)
        news = read_object(event.data)
        delta = mapping(news.get("delta"))
        match news.get("type") or event.name:
            case "content-delta" | "content-start":
                yield from _content(mapping(mapping(delta.get("message")).get("content")))
                yield from _logprobs(mapping(news.get("logprobs")))
            case "tool-call-start" | "tool-call-delta":
                yield self._call(news.get("index"), mapping(mapping(delta.get("message")).get("tool_calls")))
            case "tool-plan-delta":
                self._plan.append(words(mapping(delta.get("message")).get(PLAN)))
            case "citation-start":
                yield from _citations(mapping(mapping(delta.get("message")).get("citations")))
            case "message-end":
                yield from self._end(delta)
            case "message":
                yield from self._whole(news, event)

    def _whole(self, answer: Mapping[str, Any], event: ServerEvent) -> Iterator[Delta]:
        message = answer.get("message")
        if not isinstance(message, dict):
            raise refusal(event.data)
        for block in mappings(message.get("content")):
            yield from _content(block)
        for citation in mappings(message.get("citations")):
            yield from _citations(citation)
        for item in mappings(answer.get("logprobs")):
            yield from _logprobs(item)
        for index, call in enumerate(mappings(message.get("tool_calls"))):
            yield self._call(index, call)
        self._plan.append(words(message.get(PLAN)))
        yield from self._end(answer)

    def _call(self, place: object, call: Mapping[str, Any]) -> ToolCallDelta:
        index = self._calls.setdefault(str(place), len(self._calls))
        function = mapping(call.get("function"))
        return ToolCallDelta(
            index, words(call.get("id")), words(function.get("name")), words(function.get("arguments"))
        )

    def _end(self, end: Mapping[str, Any]) -> Iterator[Delta]:
        insist_on_success(end)
        if plan := "".join(self._plan):
            yield ProviderDataDelta({PLAN: plan})
        if usage := mapping(end.get("usage")):
            yield counted(usage)
        self.finished = True
        yield finish(end, FinishReason.STOP)


def insist_on_success(end: Mapping[str, Any]) -> None:
    """Raise the failure that ended an answer, if one did."""
    reason = words(end.get("finish_reason"))
    if end.get("error") or reason in FAILURES:
        raise FAILURES.get(reason, ServerError)(words(end.get("error")) or f"stopped: {reason}", provider="")


def finish(end: Mapping[str, Any], otherwise: FinishReason) -> FinishDelta:
    """Return why an answer ended, or ``otherwise`` where its reason says no more than that it did."""
    return FinishDelta(REASONS.get(words(end.get("finish_reason")), otherwise))


def _content(content: Mapping[str, Any]) -> Iterator[Delta]:
    if thought := words(content.get("thinking")):
        yield ThinkingDelta(thought)
    if text := words(content.get("text")):
        yield TextDelta(text)


def _logprobs(item: Mapping[str, Any]) -> Iterator[LogprobDelta]:
    """Yield how probable a chunk was; this API tells the tokens inside it by number only."""
    numbers = item.get("logprobs")
    if isinstance(numbers, list):
        logprob = sum(number(one) or 0.0 for one in numbers)
        yield LogprobDelta(token=words(item.get("text")), logprob=logprob)


def _citations(citation: Mapping[str, Any]) -> Iterator[CitationDelta]:
    """Yield the sources of a passage; places inside a plan or the reasoning are none of the answer's."""
    outside = citation.get("type") not in (None, "TEXT_CONTENT")
    start, end = (None if outside or not isinstance(citation.get(n), int) else citation[n] for n in ("start", "end"))
    for source in mappings(citation.get("sources")):
        told = mapping(source.get("document")) or mapping(source.get("tool_output"))
        yield CitationDelta(
            url=words(told.get("url")) or words(source.get("id")),
            title=words(told.get("title")),
            quote=words(told.get("snippet")) or words(told.get("text")),
            start=start,
            end=end,
        )


def counted(usage: Mapping[str, Any]) -> UsageDelta:
    """Return the tokens counted, or else those billed."""
    tokens = mapping(usage.get("tokens")) or mapping(usage.get("billed_units"))
    return UsageDelta(
        _whole(tokens.get("input_tokens")), _whole(tokens.get("output_tokens")), _whole(usage.get("cached_tokens"))
    )


def _whole(value: object) -> int:
    """Return a count, which this API may write as 62.0."""
    return max(0, int(number(value) or 0))
