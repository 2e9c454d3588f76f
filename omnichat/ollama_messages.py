"""Messages and tools as Ollama's own chat spells them.

See https://docs.ollama.com/api/chat.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omnichat.capabilities import Capability
from omnichat.data_urls import read_data_url
from omnichat.errors import UnsupportedError
from omnichat.messages import AudioPart, ChatRequest, FilePart, ImagePart, Message, Tool
from omnichat.wire_json import object_in

THINKING = "thinking"  # goes back with the calls it led to


def write_messages(request: ChatRequest) -> Iterator[dict[str, Any]]:
    """Yield what was said; the result of a tool goes under the name of the tool that was called."""
    names: dict[str, str] = {}
    for message in request.messages:
        names |= {call.id: call.name for call in message.tool_calls}
        told = _message(request.model, message)
        if message.role == "tool":
            told |= {"tool_name": names.get(message.tool_call_id, ""), "tool_call_id": message.tool_call_id}
        yield told


def _message(model: str, message: Message) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.role, "content": message.text}
    for part in message.parts:
        if isinstance(part, FilePart | AudioPart):
            raise UnsupportedError(model, Capability.FILES if isinstance(part, FilePart) else Capability.AUDIO)
    if images := [_image(model, part) for part in message.parts if isinstance(part, ImagePart)]:
        told["images"] = images
    if message.tool_calls:
        told["tool_calls"] = [
            {"id": call.id, "function": {"name": call.name, "arguments": object_in(call.arguments)}}
            for call in message.tool_calls
        ]
        thoughts = [data[THINKING] for data in message.provider_data if isinstance(data.get(THINKING), str)]
        told |= {THINKING: "".join(thoughts)} if thoughts else {}
    return told


def _image(model: str, part: ImagePart) -> str:
    """Return the bare base64 of a picture; the server fetches none from an address."""
    if payload := read_data_url(part.url):
        return payload.base64
    raise UnsupportedError(model, Capability.VISION)


def write_tool(tool: Tool) -> dict[str, Any]:
    """Return a tool on the wire."""
    parameters = {"type": "object", "properties": {}, **tool.parameters}
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": parameters},
    }
