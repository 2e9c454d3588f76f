"""The answers of text models on Amazon Bedrock, each told in its maker's own format.

See https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from omnichat.deltas import Delta, FinishDelta, FinishReason, TextDelta, UsageDelta
from omnichat.openai_stream import ChunkReader
from omnichat.provider import ServerEvent
from omnichat.wire_json import count, mapping, mappings, read_object, words

REASONS: Mapping[str, FinishReason] = {
    **dict.fromkeys(("length", "LENGTH", "max_tokens"), FinishReason.LENGTH),
    **dict.fromkeys(("CONTENT_FILTERED", "content_filtered"), FinishReason.FILTERED),
}
MARKS = {"generation", "outputText", "results", "outputs", "completions", "completion"}
THINKING = ("reasoning_content", "reasoning")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an answer; ``reason`` stands in the last one, tokens are those counted so far."""

    text: str = ""
    reason: str = ""
    given: int = 0
    made: int = 0


class TextReader:
    """The memory of one answer of Llama, Titan, Mistral, Jurassic or an early Claude, whole or in pieces."""

    def __init__(self) -> None:
        self.finished = False
        self._given = 0
        self._made = 0

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says."""
        piece = _piece(read_object(event.data))
        self._given, self._made = piece.given or self._given, piece.made or self._made
        if piece.text:
            yield TextDelta(piece.text)
        if piece.reason and not self.finished:
            self.finished = True
            if self._given or self._made:
                yield UsageDelta(self._given, self._made)
            yield FinishDelta(REASONS.get(piece.reason, FinishReason.STOP))


class ChoiceReader:
    """The memory of one answer of those who speak as OpenAI does, or nearly so: another name for the reason to stop."""

    def __init__(self) -> None:
        self.finished = False
        self._chunks = ChunkReader(THINKING)

    def read(self, event: ServerEvent) -> Iterator[Delta]:
        """Yield what one event says; raise the error it reports."""
        news = read_object(event.data)
        if "choices" in news:
            news["choices"] = [_choice(choice) for choice in mappings(news["choices"])]
        yield from self._chunks.read(ServerEvent(json.dumps(news), event.name))
        self.finished = self._chunks.finished


def _choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    reason = choice.get("finish_reason") or choice.get("stop_reason")
    said = choice.get("delta") or choice.get("message") or {"content": choice.get("text")}
    return {**choice, "delta": said, "finish_reason": reason}


def _piece(news: Mapping[str, Any]) -> Piece:
    """Return what there is in one object, whoever made the model."""
    match news:
        case {"generation": _}:
            counts = count(news, "prompt_token_count"), count(news, "generation_token_count")
            return Piece(words(news["generation"]), words(news.get("stop_reason")), *counts)
        case {"outputText": _}:
            counts = count(news, "inputTextTokenCount"), count(news, "totalOutputTextTokenCount")
            return Piece(words(news["outputText"]), words(news.get("completionReason")), *counts)
        case {"results": [dict(result), *_]}:
            counts = count(news, "inputTextTokenCount"), count(result, "tokenCount")
            return Piece(words(result.get("outputText")), words(result.get("completionReason")), *counts)
        case {"outputs": [dict(output), *_]}:
            return Piece(words(output.get("text")), words(output.get("stop_reason")))
        case {"completions": [dict(completion), *_]}:
            reason = words(mapping(completion.get("finishReason")).get("reason"))
            return Piece(words(mapping(completion.get("data")).get("text")), reason)
        case {"completion": _}:
            return Piece(words(news["completion"]), words(news.get("stop_reason")))
    return Piece()
