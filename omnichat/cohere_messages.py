"""Messages, tools and documents as Cohere's chat spells them.

See https://docs.cohere.com/reference/chat.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omnichat.capabilities import Capability
from omnichat.cohere_stream import PLAN
from omnichat.data_urls import read_data_url
from omnichat.errors import UnsupportedError
from omnichat.messages import AudioPart, ChatRequest, FilePart, ImagePart, Message, Tool

TEXTS = ("text/", "application/json", "application/xml", "application/yaml", "application/x-yaml")


def write_message(model: str, message: Message) -> dict[str, Any]:
    """Return ``message`` on the wire; its text files are no part of it."""
    if message.role == "tool":
        _insist_on_words(model, message)
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.text}
    plans = [data[PLAN] for data in message.provider_data if PLAN in data]
    functions = [{"id": c.id, "function": {"name": c.name, "arguments": c.arguments}} for c in message.tool_calls]
    calls = {"tool_calls": [{"type": "function", **call} for call in functions]} if functions else {}
    content = _content(model, message)
    spoken = {} if calls and not content else {"content": content}
    return {"role": message.role, **spoken, **calls, **({PLAN: plans[-1]} if plans and calls else {})}


def _insist_on_words(model: str, message: Message) -> None:
    if any(isinstance(part, ImagePart | AudioPart) for part in message.parts):
        raise UnsupportedError(model, Capability.VISION | Capability.AUDIO)


def _content(model: str, message: Message) -> str | list[dict[str, Any]]:
    if any(isinstance(part, AudioPart) for part in message.parts):
        raise UnsupportedError(model, Capability.AUDIO)
    images = [part for part in message.parts if isinstance(part, ImagePart)]
    if not images:
        return message.text
    text = [{"type": "text", "text": message.text}] if message.text else []
    return [*text, *(_image(image) for image in images)]


def _image(image: ImagePart) -> dict[str, Any]:
    detail = {"detail": image.detail} if image.detail else {}
    return {"type": "image_url", "image_url": {"url": image.url, **detail}}


def documents(request: ChatRequest) -> Iterator[dict[str, Any]]:
    """Yield the text files of all messages."""
    files = [part for message in request.messages for part in message.parts if isinstance(part, FilePart)]
    for place, file in enumerate(files):
        payload = read_data_url(file.url)
        if payload is None or not payload.media_type.startswith(TEXTS):
            raise UnsupportedError(request.model, Capability.FILES)
        yield {"id": f"doc:{place}", "data": {"title": file.name, "text": payload.text()}}


def write_tools(request: ChatRequest) -> dict[str, Any]:
    """Return the fields about tools; to name one is to offer no other."""
    choice = request.tool_choice
    named = [tool for tool in request.tools if tool.name == choice]
    offered = [_tool(tool) for tool in named or request.tools]
    if not offered:
        return {}
    force = "REQUIRED" if named or choice == "required" else "NONE" if choice == "none" else None
    strict = True if any(tool.strict for tool in request.tools) else None
    return {"tools": offered, "tool_choice": force, "strict_tools": strict}


def _tool(tool: Tool) -> dict[str, Any]:
    parameters = tool.parameters or {"type": "object", "properties": {}}
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": parameters},
    }
