"""The chunks of Gemini's generateContent, read one after another.

See https://ai.google.dev/api/generate-content.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from omnichat.deltas import (
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
from omnichat.errors import BadRequestError, ContentFilterError, PermissionDeniedError, ProviderError, ServerError
from omnichat.gemini_citations import Citations
from omnichat.provider import ServerEvent
from omnichat.refusals import refusal
from omnichat.wire_json import count, mapping, mappings, number, read_objects, words

SIGNATURE = "thoughtSignature"
CALL = "call"
REASONS: Mapping[str, FinishReason] = {
    "MAX_TOKENS": FinishReason.LENGTH,
    "SAFETY": FinishReason.FILTERED,
    "RECITATION": FinishReason.FILTERED,
    "LANGUAGE": FinishReason.FILTERED,
    "BLOCKLIST": FinishReason.FILTERED,
    "PROHIBITED_CONTENT": FinishReason.FILTERED,
    "SPII": FinishReason.FILTERED,
    "MODEL_ARMOR": FinishReason.FILTERED,
    "ESCALATION": FinishReason.FILTERED,
    "CONTINUATION": FinishReason.LENGTH,
}
FAILURES: Mapping[str, type[ProviderError]] = {
    "OTHER": ServerError,
    "MALFORMED_FUNCTION_CALL": ServerError,
    "MALFORMED_RESPONSE": ServerError,
    "UNEXPECTED_TOOL_CALL": ServerError,
    "TOO_MANY_TOOL_CALLS": ServerError,
    "MISSING_THOUGHT_SIGNATURE": BadRequestError,
    "PUP_LIMITED_DISABLED": PermissionDeniedError,
}
NUMBERED = (  # as Vertex numbers them, where enums are asked for as numbers
    *("", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"),
    *("MALFORMED_FUNCTION_CALL", "MODEL_ARMOR", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"),
    *("IMAGE_OTHER", "UNEXPECTED_TOOL_CALL", "NO_IMAGE"),
)
UNSAID = {"", "FINISH_REASON_UNSPECIFIED"}


class CandidateReader:
    """The memory of one answer: what was said, how many calls were made, tokens counted, whether it is over."""

    def __init__(self) -> None:
        self.finished = False
        self._calls = 0
        self._citations = Citations()
        self._usage: UsageDelta | None = None
        self._told: UsageDelta | None = None

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports. A body that is no stream is a list of chunks."""
        for chunk in read_objects(event.data):
            if chunk.get("error"):
                raise refusal(json.dumps(chunk))
            if usage := mapping(chunk.get("usageMetadata")):
                self._usage = _counted(usage)
            candidates = mappings(chunk.get("candidates"))
            for candidate in candidates:
                if not candidate.get("index"):
                    yield from self._candidate(candidate)
            if not candidates:
                _insist_on_answer(mapping(chunk.get("promptFeedback")))

    def end(self) -> Iterator[Delta]:
        """Yield what came after the reason to finish."""
        yield from self._citations.found()
        if self._usage and self._usage != self._told:
            self._told = self._usage
            yield self._usage

    def _candidate(self, candidate: Mapping[str, Any]) -> Iterator[Delta]:
        for part in mappings(mapping(candidate.get("content")).get("parts")):
            yield from self._part(part)
        yield from _logprobs(mapping(candidate.get("logprobsResult")))
        self._citations.see(candidate)
        reason = candidate.get("finishReason")
        if isinstance(reason, int) and 0 <= reason < len(NUMBERED):
            reason = NUMBERED[reason]
        if isinstance(reason, str) and reason not in UNSAID:
            yield from self._finish(reason, words(candidate.get("finishMessage")))

    def _part(self, part: Mapping[str, Any]) -> Iterator[Delta]:
        owner = {}
        text = part.get("text")
        if isinstance(text, str) and text:
            if part.get("thought"):
                yield ThinkingDelta(text)
            else:
                self._citations.said(text)
                yield TextDelta(text)
        elif "functionCall" in part:
            call = self._call(mapping(part["functionCall"]))
            owner = {CALL: call.id}
            yield call
        if signature := words(part.get(SIGNATURE)):
            yield ProviderDataDelta({SIGNATURE: signature, **owner})

    def _call(self, call: Mapping[str, Any]) -> ToolCallDelta:
        index = self._calls
        self._calls += 1
        arguments = json.dumps(mapping(call.get("args")), ensure_ascii=False)
        return ToolCallDelta(index, words(call.get("id")) or f"call_{index}", words(call.get("name")), arguments)

    def _finish(self, reason: str, message: str) -> Iterator[Delta]:
        yield from self.end()
        if kind := FAILURES.get(reason):
            raise kind(message or f"stopped: {reason}", provider="", code=reason)
        if self.finished:
            return
        self.finished = True
        stopped = FinishReason.TOOL_CALLS if self._calls else FinishReason.STOP
        yield FinishDelta(FinishReason.FILTERED if "IMAGE" in reason else REASONS.get(reason, stopped))


def _insist_on_answer(feedback: Mapping[str, Any]) -> None:
    if reason := feedback.get("blockReason"):
        message = words(feedback.get("blockReasonMessage")) or f"the prompt was blocked: {reason}"
        raise ContentFilterError(message, provider="", code=str(reason))


def _counted(usage: Mapping[str, Any]) -> UsageDelta:
    """Return the tokens so far; this API counts reasoning apart from the answer."""
    thought = count(usage, "thoughtsTokenCount")
    made = count(usage, "candidatesTokenCount") + thought
    return UsageDelta(count(usage, "promptTokenCount"), made, count(usage, "cachedContentTokenCount"), thought)


def _logprobs(result: Mapping[str, Any]) -> Iterator[LogprobDelta]:
    if not result:
        return
    tops = [tuple(_likely(mappings(top.get("candidates")))) for top in mappings(result.get("topCandidates"))]
    for place, (token, logprob) in enumerate(_likely(mappings(result.get("chosenCandidates")))):
        yield LogprobDelta(token=token, logprob=logprob, top=tops[place] if place < len(tops) else ())


def _likely(candidates: list[dict[str, Any]]) -> Iterator[tuple[str, float]]:
    for candidate in candidates:
        yield words(candidate.get("token")), number(candidate.get("logProbability")) or 0.0
