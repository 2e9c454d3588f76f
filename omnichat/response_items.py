"""Messages and tools as the Responses API spells them.

See https://platform.openai.com/docs/api-reference/responses.
"""

from __future__ import annotations

from typing import Any

from omnichat.capabilities import Capability
from omnichat.errors import UnsupportedError
from omnichat.messages import AudioPart, FilePart, ImagePart, Message, Part, TextPart, Tool
from omnichat.openai_messages import NEEDED, write_sound


def write_items(model: str, message: Message, takes: Capability) -> list[dict[str, Any]]:
    """Return ``message`` as items: its words, the calls it asks for, or the result of one."""
    if message.role == "tool":
        output = _content(model, message, takes)
        return [{"type": "function_call_output", "call_id": message.tool_call_id, "output": output}]
    calls = [
        {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments}
        for call in message.tool_calls
    ]
    content = _content(model, message, takes)
    return [*([{"role": message.role, "content": content}] if content or not calls else ()), *calls]


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
            return {"type": "input_text", "text": text}
        case ImagePart(url, detail):
            return {"type": "input_image", "image_url": url, **({"detail": detail} if detail else {})}
        case FilePart(url, name):
            return {"type": "input_file", **({"filename": name, "file_data": url} if ":" in url else {"file_id": url})}
        case AudioPart(url):
            return {"type": "input_audio", "input_audio": write_sound(model, url)}


def write_tool(tool: Tool) -> dict[str, Any]:
    """Return a tool on the wire."""
    told = {"description": tool.description or None, "parameters": tool.parameters or None, "strict": tool.strict}
    return {"type": "function", "name": tool.name, **{name: value for name, value in told.items() if value is not None}}


def write_choice(choice: str) -> str | dict[str, str] | None:
    """Return the choice of a tool on the wire."""
    if choice in {"auto", "none", "required"}:
        return choice
    return {"type": "function", "name": choice} if choice else None
