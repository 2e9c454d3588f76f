"""A conversation in Gemini's contents and parts.

See https://ai.google.dev/api/generate-content.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping, Sequence
from typing import Any

from omnichat.data_urls import read_data_url
from omnichat.gemini_stream import CALL, SIGNATURE
from omnichat.messages import Message, Part, TextPart
from omnichat.wire_json import object_in, words

OURS = re.compile(r"call_\d+")  # the names we gave to calls that had none
UNSIGNED = "skip_thought_signature_validator"  # Google's word for a call that another model made


def contents(messages: Sequence[Message], *, directed: bool, signed: bool) -> tuple[str, list[dict[str, Any]]]:
    """Return the system prompt and the turns, of which no two neighbours are of one speaker.

    Without ``directed`` the system prompt is the first thing that the user says; ``signed`` says that the model refuses
    calls without a signature.
    """
    system = "\n\n".join(message.text for message in messages if message.role == "system")
    turns, names = list[dict[str, Any]](), dict[str, str]()
    if system and not directed:
        turns.append({"role": "user", "parts": [{"text": system}]})
    for message in messages:
        if message.role == "system":
            continue
        names.update({call.id: call.name for call in message.tool_calls})
        role = "model" if message.role == "assistant" else "user"
        parts = _results(message, names, signed) if message.role == "tool" else _parts(message, signed)
        if turns and turns[-1]["role"] == role:
            turns[-1]["parts"] += parts
        elif parts:
            turns.append({"role": role, "parts": parts})
    return (system if directed else ""), turns


def _parts(message: Message, signed: bool) -> list[dict[str, Any]]:
    """Return the parts of one message, each with the signature that it came with."""
    signatures = {words(data.get(CALL)): data[SIGNATURE] for data in message.provider_data if SIGNATURE in data}
    parts = [_part(part) for part in message.parts if not isinstance(part, TextPart) or part.text]
    if "" in signatures:
        if not parts:
            parts.append({"text": ""})
        parts[-1][SIGNATURE] = signatures[""]
    for place, call in enumerate(message.tool_calls):
        part: dict[str, Any] = {"functionCall": _named(call.id, {"name": call.name, "args": object_in(call.arguments)})}
        if signature := signatures.get(call.id) or (UNSIGNED if signed and not place else ""):
            part[SIGNATURE] = signature
        parts.append(part)
    return parts


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"text": part.text}
    if payload := read_data_url(part.url):
        return {"inlineData": {"mimeType": payload.media_type, "data": payload.base64}}
    kind, _ = mimetypes.guess_type(part.url.partition("?")[0])
    return {"fileData": {"fileUri": part.url, **({"mimeType": kind} if kind else {})}}


def _results(message: Message, names: Mapping[str, str], inside: bool) -> list[dict[str, Any]]:
    """Return the result of a call; its pictures are ``inside`` for those who know them there, else beside it."""
    response = object_in(message.text) or {"result": message.text}
    name = names.get(message.tool_call_id) or message.tool_call_id
    media = [_part(part) for part in message.parts if not isinstance(part, TextPart)]
    told = {"name": name, "response": response, **({"parts": media} if media and inside else {})}
    return [{"functionResponse": _named(message.tool_call_id, told)}, *(() if inside else media)]


def _named(name: str, value: dict[str, Any]) -> dict[str, Any]:
    return value if not name or OURS.fullmatch(name) else {"id": name, **value}
