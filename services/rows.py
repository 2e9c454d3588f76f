"""Values into rows and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from omnichat.characters import whole
from omnichat.deltas import FinishReason
from services.conversations import Conversation, Lane, Turn
from services.replies import ModelReply, ReplyState

Row = dict[str, Any]
LARGEST: Final = 2**63 - 1

PROGRESS: Final = (
    "state",
    "finish",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "thinking_tokens",
    "first_token",
    "duration",
    "failure",
    "error",
    "retry_after",
    "pieces",
    "text",
    "thinking",
)
REPLY: Final = ("uid", "model", "temperature", "system_prompt", "created_at", *PROGRESS)
LANE: Final = ("uid", "model", "name", "temperature", "system_prompt", "removed")
TURN: Final = ("uid", "prompt", "context_mode", "created_at")
CONVERSATION: Final = ("uid", "title", "draft", "created_at", "updated_at")


def storable(text: str) -> str:
    """Return ``text`` as every engine takes it: without NUL, halves of a character joined or replaced."""
    return whole(text.replace("\0", ""))


def row(value: Conversation | Lane | Turn | ModelReply, names: tuple[str, ...]) -> Row:
    """Return the named attributes of ``value`` as every engine takes them."""
    return {name: _storable(getattr(value, name)) for name in names}


def _storable(value: object) -> object:
    match value:
        case str():
            return storable(value)
        case bool() | None:
            return value
        case int():
            return min(max(value, 0), LARGEST)
        case _:
            return value


def reply_from(lane_uid: str, row: Mapping[str, Any]) -> ModelReply:
    """Return the reply that ``row`` holds."""
    values = {name: row[name] for name in REPLY}
    text, thinking = values.pop("text"), values.pop("thinking")
    values["state"] = ReplyState(values["state"])
    values["finish"] = FinishReason(values["finish"]) if values["finish"] else None
    reply = ModelReply(lane_uid=lane_uid, **values)
    reply.text, reply.thinking = text, thinking
    return reply
