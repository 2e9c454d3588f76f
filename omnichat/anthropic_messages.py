"""Messages and tools as Anthropic's Messages API spells them.

See https://platform.claude.com/docs/en/api/messages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from omnichat.capabilities import Capability
from omnichat.data_urls import read_data_url
from omnichat.errors import UnsupportedError
from omnichat.messages import AudioPart, ChatRequest, FilePart, ImagePart, Message, Part, TextPart, Tool
from omnichat.parameters import located
from omnichat.wire_json import count, mapping, object_in, words

DATA = "anthropic"  # the key under which a block of theirs waits to go back
THOUGHTS = {"thinking", "redacted_thinking"}
CHOICES = {"auto": "auto", "none": "none", "required": "any"}
SEARCH = "web_search_20250305"
SEARCH_TAKES = {"user_location", "allowed_domains", "blocked_domains", "max_uses"}


def write_messages(request: ChatRequest) -> list[dict[str, Any]]:
    """Return what was said, without the system; the results of tools and what the user says next are one message."""
    told: list[dict[str, Any]] = []
    for message in request.messages:
        if message.role == "assistant":
            if content := _answer(request, message):  # an answer stopped before its first word would be refused
                told.append({"role": "assistant", "content": content})
        elif message.role == "tool":
            _add(told, [_result(request.model, message)])
        elif message.role == "user":
            said = _said(request.model, message)
            if told and _holds_results(told[-1]):
                _add(told, [{"type": "text", "text": said}] if isinstance(said, str) else said)
            else:
                told.append({"role": "user", "content": said})
    return told


def _add(told: list[dict[str, Any]], blocks: list[dict[str, Any]]) -> None:
    if told and _holds_results(told[-1]):
        told[-1]["content"].extend(blocks)
    else:
        told.append({"role": "user", "content": blocks})


def _holds_results(message: Mapping[str, Any]) -> bool:
    content = message["content"]
    return message["role"] == "user" and isinstance(content, list) and content[0]["type"] == "tool_result"


def _said(model: str, message: Message) -> str | list[dict[str, Any]]:
    if all(isinstance(part, TextPart) for part in message.parts):
        return message.text
    return [_block(model, part) for part in message.parts]


def _result(model: str, message: Message) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": _id(message.tool_call_id), "content": _said(model, message)}


def _answer(request: ChatRequest, message: Message) -> str | list[dict[str, Any]]:
    """Return an answer with its blocks of reasoning where they stood."""
    text, at = message.text, 0
    blocks: list[dict[str, Any]] = []
    for data in message.provider_data:
        block = mapping(data.get(DATA))
        if _wanted(request, words(block.get("type"))):
            after = max(at, count(data, "after"))
            blocks += [*_text(text[at:after]), block]
            at = after
    if not blocks and not message.tool_calls:
        return text
    calls = [
        {"type": "tool_use", "id": _id(call.id), "name": call.name, "input": object_in(call.arguments)}
        for call in message.tool_calls
    ]
    return [*blocks, *_text(text[at:]), *calls]


def _wanted(request: ChatRequest, kind: str) -> bool:
    """Say whether a block goes back; those of the provider's own tools do while it has such tools."""
    return kind in THOUGHTS or (bool(kind) and (request.web_search or "tools" in request.extra))


def _text(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}] if text.strip() else []


def _id(name: str) -> str:
    """Return the id of a call with nothing in it that this API refuses: another provider may have given it."""
    return re.sub(r"[^\w-]", "_", name, flags=re.ASCII)


def _block(model: str, part: Part) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case ImagePart(url):
            return {"type": "image", "source": _source(url)}
        case FilePart(url, name):
            return {"type": "document", "source": _document(model, url), "title": name}
        case AudioPart():
            raise UnsupportedError(model, Capability.AUDIO)


def _source(url: str) -> dict[str, str]:
    if payload := read_data_url(url):
        return {"type": "base64", "media_type": payload.media_type, "data": payload.base64}
    return {"type": "url", "url": url} if ":" in url else {"type": "file", "file_id": url}


def _document(model: str, url: str) -> dict[str, str]:
    payload = read_data_url(url)
    if payload and payload.media_type.startswith("text/"):
        return {"type": "text", "media_type": "text/plain", "data": payload.text()}
    if payload is None or payload.media_type == "application/pdf":
        return _source(url)
    raise UnsupportedError(model, Capability.FILES)


def write_tools(request: ChatRequest) -> dict[str, Any]:
    """Return the fields about tools; without tools there are none."""
    tools = [_tool(tool) for tool in request.tools]
    if request.web_search:
        tools.append({"type": SEARCH, "name": "web_search", **_place(request.search_options)})
    if not tools and not request.extra.get("tools"):
        return {}
    return {"tools": tools or None, "tool_choice": _choice(request)}


def _tool(tool: Tool) -> dict[str, Any]:
    told: dict[str, Any] = {"name": tool.name, "input_schema": {"type": "object", **tool.parameters}}
    if tool.description:
        told["description"] = tool.description
    return {**told, "strict": True} if tool.strict else told


def _choice(request: ChatRequest) -> dict[str, Any] | None:
    """Return the choice of a tool, if there is anything to say about it."""
    one_at_a_time = {"disable_parallel_tool_use": True} if request.parallel_tool_calls is False else {}
    if not request.tool_choice:
        return {"type": "auto", **one_at_a_time} if one_at_a_time else None
    kind = CHOICES.get(request.tool_choice, "tool")
    named = {"name": request.tool_choice} if kind == "tool" else {}
    return {"type": kind, **named, **({} if kind == "none" else one_at_a_time)}


def _place(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in located(options).items() if name in SEARCH_TAKES}
