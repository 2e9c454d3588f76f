"""Deltas, told apart and added up."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

from omnichat.deltas import Delta, FinishDelta, TextDelta, ThinkingDelta, ToolCallDelta, UsageDelta
from omnichat.framing import framer_for
from omnichat.provider import Dialect, ServerEvent


async def one_by_one(events: Iterable[ServerEvent]) -> AsyncIterator[ServerEvent]:
    """Yield events as a transport would."""
    for event in events:
        yield event


async def read_body(dialect: Dialect, body: bytes, kind: str, deltas: list[Delta], size: int = 1 << 20) -> None:
    """Put into ``deltas`` what ``dialect`` reads in ``body``, arriving ``size`` bytes at a time."""
    framer = framer_for(kind)
    events = [event for at in range(0, len(body), size) for event in framer.feed(body[at : at + size])]
    async for delta in dialect.read(one_by_one([*events, *framer.end()])):
        deltas.append(delta)


def added_up(deltas: Iterable[Delta]) -> dict[str, Any]:
    """Return text, thinking, tool calls, finish and usage of an answer; only what there is."""
    told: dict[str, Any] = {}
    calls: dict[int, dict[str, str]] = {}
    for delta in deltas:
        match delta:
            case TextDelta(text):
                told["text"] = told.get("text", "") + text
            case ThinkingDelta(text):
                told["thinking"] = told.get("thinking", "") + text
            case ToolCallDelta(index, _, name, arguments):
                call = calls.setdefault(index, {"name": "", "arguments": ""})
                call["name"] += name
                call["arguments"] += arguments
            case UsageDelta():
                told["usage"] = [delta.input_tokens, delta.output_tokens, delta.cached_tokens, delta.thinking_tokens]
            case FinishDelta(reason):
                told["finish"] = reason.value
    if calls:
        told["tool_calls"] = [
            {"name": call["name"], "arguments": json.loads(call["arguments"] or "{}")} for call in calls.values()
        ]
    return told
