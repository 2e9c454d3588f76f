"""Chat completions as Mistral speaks them: https://docs.mistral.ai/api/endpoint/chat."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from typing_extensions import override

from omnichat.deltas import Delta, FinishDelta, ProviderDataDelta
from omnichat.messages import ChatRequest, Message
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import ServerEvent
from omnichat.wire_json import mapping, mappings, object_in, words

DATA = "mistral"  # the key under which reasoning waits to go back
CALL = re.compile(r"[A-Za-z0-9]{9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MistralDialect(OpenAIDialect):
    """Addresses of pictures and documents are bare; reasoning stands among the contents, and goes back there."""

    asks_for_usage: bool = False
    required_choice: str = "any"
    prefix: bool = True

    @override
    def _messages(self, request: ChatRequest) -> list[dict[str, Any]]:
        told = OpenAIDialect._messages(self, request)
        answers = iter([message for message in request.messages if message.role == "assistant"])
        for message in told:
            if isinstance(message["content"], list):
                message["content"] = [_part(part) for part in message["content"]]
            if message["role"] == "assistant":
                _think(message, _thoughts(next(answers)))
            if "tool_call_id" in message:
                message["tool_call_id"] = _id(message["tool_call_id"])
            for call in message.get("tool_calls", ()):
                call["id"] = _id(call["id"])
        return told

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        kept = Thoughts()
        async for delta in OpenAIDialect.read(self, kept.heard(events)):
            if isinstance(delta, FinishDelta) and kept.chunks:
                yield ProviderDataDelta({DATA: kept.chunks})
            yield delta


class Thoughts:
    """The reasoning of one answer as it goes back: its pieces put together."""

    def __init__(self) -> None:
        self.chunks: list[dict[str, Any]] = []
        self._open = False

    async def heard(self, events: AsyncIterator[ServerEvent]) -> AsyncIterator[ServerEvent]:
        """Yield the events as they are, and keep what is reasoning."""
        async for event in events:
            if '"thinking"' in event.data:
                for piece in _pieces(object_in(event.data)):
                    self._keep(piece)
            yield event

    def _keep(self, piece: Mapping[str, Any]) -> None:
        inner = piece.get("thinking")
        text = words(inner) or "".join(words(part.get("text")) for part in mappings(inner))
        if not self._open:
            self.chunks.append({"type": "thinking", "thinking": [{"type": "text", "text": ""}]})
        chunk = self.chunks[-1]
        chunk["thinking"][0]["text"] += text
        chunk |= {name: piece[name] for name in ("closed", "signature") if piece.get(name)}
        self._open = piece.get("closed") is not True


def _pieces(chunk: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for choice in mappings(chunk.get("choices")):
        told = mapping(choice.get("delta")) or mapping(choice.get("message"))
        yield from (piece for piece in mappings(told.get("content")) if piece.get("type") == "thinking")


def _thoughts(message: Message) -> Sequence[Any]:
    return [chunk for data in message.provider_data for chunk in mappings(data.get(DATA))]


def _think(told: dict[str, Any], thoughts: Sequence[Any]) -> None:
    """Put reasoning before what was said."""
    if thoughts:
        said = [{"type": "text", "text": told["content"]}] if told["content"] else []
        told["content"] = [*thoughts, *said]


def _part(part: Mapping[str, Any]) -> Mapping[str, Any]:
    match part:
        case {"image_url": {"url": url, **rest}} if not rest:
            return {"type": "image_url", "image_url": url}
        case {"file": {"file_data": url, "filename": name}}:
            return {"type": "document_url", "document_url": url, "document_name": name}
        case {"file": {"file_id": name}}:
            return {"type": "file", "file_id": name}
        case {"input_audio": {"data": data}}:
            return {"type": "input_audio", "input_audio": data}
    return part


def _id(name: str) -> str:
    """Return the id of a call as Mistral wants it, of nine letters and digits: another provider may have given it."""
    return name if CALL.fullmatch(name) else sha256(name.encode()).hexdigest()[:9]
