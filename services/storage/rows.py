"""Values into rows and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from omnichat.characters import whole
from omnichat.deltas import FinishReason
from services.chats.chat_settings import ChatSettings
from services.chats.contexts import ContextMode
from services.chats.conversations import Conversation, Lane, LaneKind, Look, Turn
from services.chats.replies import ModelReply, Purpose, Rating, ReplyState
from services.models.parameters import Parameters

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
    "veiled",
    "text",
    "thinking",
)
REPLY: Final = (
    "uid",
    "model",
    "parameters",
    "purpose",
    "task",
    "rating",
    "remark",
    "unticked",
    "created_at",
    *PROGRESS,
)
LANE: Final = ("uid", "model", "name", "parameters", "persona", "look", "kind", "removed")
TURN: Final = ("uid", "parent", "prompt", "context_mode", "adopted", "created_at")
CONVERSATION: Final = ("uid", "title", "draft", "head", "settings", "created_at", "updated_at")


def storable(text: str) -> str:
    """Return ``text`` as every engine takes it: without NUL, halves of a character joined or replaced."""
    return whole(text.replace("\0", ""))


def as_json_text(value: Any) -> str:
    """Return ``value`` as JSON text that every engine takes."""
    return json.dumps(_harmless(value), ensure_ascii=False)


def row(value: Conversation | Lane | Turn | ModelReply, names: tuple[str, ...]) -> Row:
    """Return the named attributes of ``value`` as every engine takes them."""
    return {name: _storable(getattr(value, name)) for name in names}


def _storable(value: object) -> object:
    match value:
        case str():
            return storable(value)
        case bool() | None:
            return value
        case Rating():
            return int(value)
        case int():
            return min(max(value, 0), LARGEST)
        case frozenset():
            return json.dumps(sorted(value)) if value else ""
        case Parameters() | ChatSettings():
            return as_json_text(value.told())
        case Look():
            return as_json_text(asdict(value))
        case _:
            return value


def _harmless(value: Any) -> Any:
    """Return JSON in which every text is one that every engine takes."""
    match value:
        case str():
            return storable(value)
        case Mapping():
            return {storable(str(name)): _harmless(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_harmless(inner) for inner in value]
        case _:
            return value


def _parameters(row: Mapping[str, Any]) -> Parameters:
    return Parameters.read(json.loads(row["parameters"] or "{}"))


def conversation_from(row: Mapping[str, Any]) -> Conversation:
    """Return the conversation that ``row`` holds, without lanes and turns."""
    values = {name: row[name] for name in CONVERSATION}
    return Conversation(**(values | {"settings": ChatSettings.read(json.loads(values["settings"] or "{}"))}))


def lane_from(row: Mapping[str, Any]) -> Lane:
    """Return the lane that ``row`` holds."""
    values = {name: row[name] for name in LANE}
    values["parameters"], values["look"] = _parameters(values), Look(**json.loads(values["look"] or "{}"))
    values["kind"] = LaneKind(values["kind"])
    return Lane(**values)


def turn_from(row: Mapping[str, Any]) -> Turn:
    """Return the turn that ``row`` holds, without replies."""
    values = {name: row[name] for name in TURN}
    values["context_mode"] = ContextMode(values["context_mode"])
    return Turn(**values)


def reply_from(lane_uid: str, row: Mapping[str, Any]) -> ModelReply:
    """Return the reply that ``row`` holds."""
    values = {name: row[name] for name in REPLY}
    text, thinking = values.pop("text"), values.pop("thinking")
    values["parameters"] = _parameters(values)
    values["purpose"] = Purpose(values["purpose"])
    values["rating"] = Rating(values["rating"])
    values["unticked"] = frozenset(json.loads(values["unticked"] or "[]"))
    values["state"] = ReplyState(values["state"])
    values["finish"] = FinishReason(values["finish"]) if values["finish"] else None
    reply = ModelReply(lane_uid=lane_uid, **values)
    reply.text, reply.thinking = text, thinking
    return reply
