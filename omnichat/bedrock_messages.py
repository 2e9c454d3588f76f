"""A conversation in the blocks of Amazon Bedrock's Converse.

See https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from omnichat.capabilities import Capability
from omnichat.data_urls import Payload, read_data_url
from omnichat.errors import UnsupportedError
from omnichat.messages import AudioPart, ChatRequest, FilePart, ImagePart, Message, Part, TextPart, Tool, ToolCall
from omnichat.wire_json import object_in

PICTURES = {"image/png": "png", "image/jpeg": "jpeg", "image/jpg": "jpeg", "image/gif": "gif", "image/webp": "webp"}
SOUNDS = {
    **{f"audio/{name}": name for name in ("mp3", "wav", "flac", "ogg", "aac", "opus", "webm", "mp4", "m4a")},
    **{"audio/mpeg": "mp3", "audio/x-wav": "wav", "audio/wave": "wav", "audio/vnd.wave": "wav", "audio/x-m4a": "m4a"},
}
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS = {
    "application/pdf": "pdf",
    "text/csv": "csv",
    "application/msword": "doc",
    f"{OFFICE}.wordprocessingml.document": "docx",
    "application/vnd.ms-excel": "xls",
    f"{OFFICE}.spreadsheetml.sheet": "xlsx",
    "text/html": "html",
    "text/markdown": "md",
}
NO_NAME = re.compile(r"[^A-Za-z0-9()\[\]-]+")
STORED = "s3://"
BACK = {"reasoningContent", "toolUse", "toolResult"}


class Turns:
    """The turns of a conversation, of which no two neighbours are of one speaker, and no two documents of one name."""

    def __init__(self, model: str) -> None:
        self.said: list[dict[str, Any]] = []
        self._model = model
        self._names = set[str]()

    def add(self, message: Message) -> None:
        """Take in what somebody said next."""
        role = "assistant" if message.role == "assistant" else "user"
        blocks = [self._result(message)] if message.role == "tool" else self._blocks(message)
        if self.said and self.said[-1]["role"] == role:
            self.said[-1]["content"] += blocks
        elif blocks:
            self.said.append({"role": role, "content": blocks})

    def _blocks(self, message: Message) -> list[dict[str, Any]]:
        back = [dict(data) for data in message.provider_data if self._wants_back(data)]
        parts = [part for part in message.parts if not isinstance(part, TextPart) or part.text.strip()]
        blocks = [self._block(part) for part in parts]
        if any("document" in block for block in blocks) and not any("text" in block for block in blocks):
            blocks.append({"text": "See the document."})  # Converse takes none without a word beside it
        return [*back, *blocks, *(_call(call) for call in message.tool_calls)]

    def _wants_back(self, data: Mapping[str, Any]) -> bool:
        """Say whether a block is one of Converse's; signed reasoning is only for the models that sign."""
        return BACK.issuperset(data) and ("reasoningContent" not in data or may_sign(self._model))

    def _result(self, message: Message) -> dict[str, Any]:
        parts = [part for part in message.parts if not isinstance(part, TextPart) or part.text]
        content = [self._block(part) for part in parts]
        return {"toolResult": {"toolUseId": message.tool_call_id, "content": content}}

    def _block(self, part: Part) -> dict[str, Any]:
        match part:
            case TextPart(text):
                return {"text": text}
            case ImagePart(url):
                return {"image": self._source(url, PICTURES, Capability.VISION)}
            case AudioPart(url):
                return {"audio": self._source(url, SOUNDS, Capability.AUDIO)}
            case FilePart(url, name):
                return {"document": {"name": self._name(name), **self._source(url, DOCUMENTS, Capability.FILES)}}

    def _source(self, url: str, formats: Mapping[str, str], needed: Capability) -> dict[str, Any]:
        if url.startswith(STORED):
            kind = url.rpartition(".")[2].lower()
            return {"format": "jpeg" if kind == "jpg" else kind, "source": {"s3Location": {"uri": url}}}
        payload = read_data_url(url)
        kind = _format(payload, formats) if payload else ""
        if payload is None or not kind:
            raise UnsupportedError(self._model, needed)
        return {"format": kind, "source": {"bytes": payload.base64}}

    def _name(self, name: str) -> str:
        """Return a name that Converse takes, and that is not taken."""
        plain = NO_NAME.sub(" ", name.rpartition(".")[0] or name).strip()[:190] or "Document"
        number, unique = 1, plain
        while unique in self._names:
            number += 1
            unique = f"{plain} ({number})"
        self._names.add(unique)
        return unique


def converse_messages(request: ChatRequest) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the system prompt as blocks, and the turns."""
    turns = Turns(request.model)
    for message in request.messages:
        if message.role != "system":
            turns.add(message)
    system = [message.text for message in request.messages if message.role == "system"]
    return [{"text": text} for text in system if text.strip()], turns.said


def tool_config(request: ChatRequest) -> dict[str, Any] | None:
    """Return the tools on offer; as long as there are calls in the conversation, their tools have to be among them."""
    called = {call.name for message in request.messages for call in message.tool_calls}
    offered = () if request.tool_choice == "none" and not called else request.tools
    unknown = sorted(called - {tool.name for tool in offered})
    tools = [_tool(tool) for tool in (*offered, *(Tool(name=name) for name in unknown))]
    if request.web_search:
        tools.append({"systemTool": {"name": "nova_grounding"}})
    if not tools:
        return None
    return {"tools": tools, **_choice(request.tool_choice if offered else "")}


def may_sign(model: str) -> bool:
    """Return whether the model may be one that signs its reasoning; the names of profiles of one's own say nothing."""
    return "claude" in model or model.startswith("arn:")


def _choice(choice: str) -> dict[str, Any]:
    match choice:
        case "" | "none":
            return {}
        case "auto":
            return {"toolChoice": {"auto": {}}}
        case "required":
            return {"toolChoice": {"any": {}}}
    return {"toolChoice": {"tool": {"name": choice}}}


def _tool(tool: Tool) -> dict[str, Any]:
    spec: dict[str, Any] = {"name": tool.name, "description": tool.description or None, "strict": tool.strict}
    spec["inputSchema"] = {"json": tool.parameters or {"type": "object", "properties": {}}}
    return {"toolSpec": {name: value for name, value in spec.items() if value is not None}}


def _call(call: ToolCall) -> dict[str, Any]:
    return {"toolUse": {"toolUseId": call.id, "name": call.name, "input": object_in(call.arguments)}}


def _format(payload: Payload, formats: Mapping[str, str]) -> str:
    kind = payload.media_type.lower()
    return formats.get(kind) or ("txt" if formats is DOCUMENTS and kind.startswith("text/") else "")
