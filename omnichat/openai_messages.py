"""Messages and tools as OpenAI's chat completions spell them.

See https://platform.openai.com/docs/api-reference/chat.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from omnichat.capabilities import Capability
from omnichat.data_urls import read_data_url
from omnichat.errors import UnsupportedError
from omnichat.messages import (
    AudioPart,
    ChatRequest,
    FilePart,
    ImagePart,
    JsonFormat,
    Message,
    Part,
    TextPart,
    Tool,
    ToolCall,
)

SOUNDS = {"mpeg": "mp3", "x-wav": "wav", "wave": "wav", "vnd.wave": "wav", "x-m4a": "m4a", "mp4": "m4a"}
NEEDED: Mapping[type[Part], Capability] = {
    ImagePart: Capability.VISION,
    FilePart: Capability.FILES,
    AudioPart: Capability.AUDIO,
}


def one_system(messages: Sequence[Message]) -> list[Message]:
    """Return ``messages`` with neighbouring system messages merged: some servers take only one."""
    merged: list[Message] = []
    for message in messages:
        if merged and message.role == merged[-1].role == "system":
            merged[-1] = Message.of("system", f"{merged[-1].text}\n\n{message.text}")
        else:
            merged.append(message)
    return merged


def with_instruction(messages: Sequence[Message], words: str) -> list[Message]:
    """Return ``messages`` with ``words`` at the end of what the system says first."""
    first = 1 if messages and messages[0].role == "system" else 0
    return [*messages[:first], Message.of("system", words), *messages[first:]]


def write_message(model: str, message: Message, takes: Capability, echoes: Collection[str] = ()) -> dict[str, Any]:
    """Return ``message`` on the wire; ``echoes`` are the fields that the provider wants back."""
    told: dict[str, Any] = {"role": message.role, "content": _content(model, message, takes)}
    if message.role == "tool":
        told["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        told |= {"content": told["content"] or None, "tool_calls": [_call(call) for call in message.tool_calls]}
    for data in message.provider_data:
        told |= {name: data[name] for name in echoes if name in data}
    return told


def _content(model: str, message: Message, takes: Capability) -> str | list[dict[str, Any]]:
    if message.role in {"system", "assistant"} or all(isinstance(part, TextPart) for part in message.parts):
        return message.text
    return [_part(model, part, takes) for part in message.parts]


def _part(model: str, part: Part, takes: Capability) -> dict[str, Any]:
    needed = NEEDED.get(type(part))
    if needed and needed not in takes:
        raise UnsupportedError(model, needed)
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case ImagePart(url, detail):
            return {"type": "image_url", "image_url": {"url": url, **({"detail": detail} if detail else {})}}
        case FilePart(url, name):
            return {"type": "file", "file": {"filename": name, "file_data": url} if ":" in url else {"file_id": url}}
        case AudioPart(url):
            return {"type": "input_audio", "input_audio": write_sound(model, url)}


def write_sound(model: str, url: str) -> dict[str, str]:
    """Return sound on the wire: bare base64, and the name of its format."""
    payload = read_data_url(url)
    if payload is None:
        raise UnsupportedError(model, Capability.AUDIO)
    kind = payload.media_type.partition("/")[2]
    return {"data": payload.base64, "format": SOUNDS.get(kind, kind)}


def _call(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def write_tool(tool: Tool) -> dict[str, Any]:
    """Return a tool on the wire."""
    function = {"name": tool.name, "description": tool.description or None, "parameters": tool.parameters or None}
    told = {**function, "strict": tool.strict}
    return {"type": "function", "function": {name: value for name, value in told.items() if value is not None}}


def write_choice(choice: str, required: str = "required") -> str | dict[str, Any] | None:
    """Return the choice of a tool on the wire; ``required`` is the server's word for having to choose."""
    if choice in {"", "auto", "none"}:
        return choice or None
    return required if choice == "required" else {"type": "function", "function": {"name": choice}}


def write_tools(request: ChatRequest, required: str = "required") -> dict[str, Any]:
    """Return the fields about tools; without tools there are none. Those that only the server knows are ``extra``."""
    if not request.tools and not request.extra.get("tools"):
        return {}
    return {
        "tools": [write_tool(tool) for tool in request.tools] or None,
        "tool_choice": write_choice(request.tool_choice, required),
        "parallel_tool_calls": request.parallel_tool_calls,
    }


def write_format(form: JsonFormat | None, mode: str) -> dict[str, Any] | None:
    """Return the format of the answer on the wire, as far as the server's ``mode`` goes."""
    if form is None or not mode:
        return None
    if form.schema is None or mode == "object":
        return {"type": "json_object"}
    told = {"name": form.name, "schema": form.schema, "strict": form.strict}
    return {"type": "json_schema", "json_schema": {name: value for name, value in told.items() if value is not None}}
