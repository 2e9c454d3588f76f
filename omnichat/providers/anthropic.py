"""Anthropic: the Messages API behind the Claude models."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

from typing_extensions import override

from omnichat.anthropic_stream import EventReader
from omnichat.capabilities import NOTHING, Capability
from omnichat.data_urls import read_data_url
from omnichat.deltas import Delta
from omnichat.endpoints.anthropic import AnthropicEndpoints
from omnichat.errors import ConnectionFailedError, UnsupportedError
from omnichat.messages import ChatRequest, FilePart, ImagePart, Message, Part, TextPart
from omnichat.provider import Call, Dialect, ModelInfo, Provider, ServerEvent
from omnichat.wire_json import count, mapping, mappings, words

VERSION = "2026-10-21"
VERSION_WITH_SAMPLING = "2023-06-01"
SAMPLING = {"temperature", "top_p", "top_k"}
TAKES_SAMPLING = re.compile(
    r"(?!claude)|claude-(2|3|instant)|claude-(opus|sonnet|haiku)-4([-.][0-6])?(-\d{8}|-latest|@.*)?$"
)
MAX_TOKENS = {"claude-2": 4096, "claude-instant": 4096, "claude-3": 4096, "claude-3-5": 8192, "claude-3-7": 32000}
DEFAULT_MAX_TOKENS = 32000  # the API insists on a limit

SKILLS: Mapping[str, Capability] = {
    "image_input": Capability.VISION,
    "pdf_input": Capability.FILES,
    "thinking": Capability.THINKING,
    "structured_outputs": Capability.JSON,
}


class AnthropicDialect(Dialect):
    """System prompt apart from the messages; typed events instead of chunks."""

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        version = {"anthropic-version": VERSION}
        if key and key.startswith("sk-ant-oat"):
            return {**version, "Authorization": f"Bearer {key}", "anthropic-beta": "oauth-2025-04-20"}
        return {**version, "x-api-key": key} if key else version

    @override
    def chat(self, request: ChatRequest) -> Call:
        sampling = _sampling(request)
        system = [message.text for message in request.messages if message.role == "system"]
        talk = [message for message in request.messages if message.role != "system"]
        body: dict[str, Any] = {
            "model": request.model,
            "max_tokens": request.max_tokens or _limit(request.model),
            "messages": [_message(request.model, message) for message in talk],
            "system": "\n\n".join(system) or None,
            "stop_sequences": list(request.stop) or None,
            "stream": True,
            **sampling,
            **{name: value for name, value in request.extra.items() if name not in SAMPLING},
        }
        headers = {"anthropic-version": VERSION_WITH_SAMPLING} if sampling else {}
        return Call("/v1/messages", {k: v for k, v in body.items() if v is not None}, headers=headers)

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        reader = EventReader()
        async for event in events:
            for delta in reader.read(event):
                yield delta
            if reader.over:
                return
        if not reader.finished:
            raise ConnectionFailedError("the answer broke off", provider="")

    @override
    def models(self) -> Call:
        return Call("/v1/models?limit=1000", method="GET")

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        rows = mappings(mapping(answer).get("data"))
        return [_model(row) for row in rows if words(row.get("id")) and row.get("lifecycle") != "retired"]


def _sampling(request: ChatRequest) -> dict[str, Any]:
    """Return the sampling wished for, if the model takes any: only the older API version and models do."""
    if not TAKES_SAMPLING.match(request.model):
        return {}
    wished = {"temperature": request.temperature, "top_p": request.top_p, "top_k": None, **request.extra}
    return {name: wished[name] for name in sorted(SAMPLING) if wished[name] is not None}


def _limit(model: str) -> int:
    prefixes = [prefix for prefix in MAX_TOKENS if model.startswith(prefix)]
    return MAX_TOKENS[max(prefixes, key=len)] if prefixes else DEFAULT_MAX_TOKENS


def _message(model: str, message: Message) -> dict[str, Any]:
    if message.role != "user" or all(isinstance(part, TextPart) for part in message.parts):
        return {"role": message.role, "content": message.text}
    return {"role": message.role, "content": [_block(model, part) for part in message.parts]}


def _block(model: str, part: Part) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case ImagePart(url):
            return {"type": "image", "source": _source(url)}
        case FilePart(url, name):
            return {"type": "document", "source": _document(model, url), "title": name}


def _source(url: str) -> dict[str, str]:
    if payload := read_data_url(url):
        return {"type": "base64", "media_type": payload.media_type, "data": payload.base64}
    return {"type": "url", "url": url}


def _document(model: str, url: str) -> dict[str, str]:
    payload = read_data_url(url)
    if payload and payload.media_type.startswith("text/"):
        return {"type": "text", "media_type": "text/plain", "data": payload.text()}
    if payload is None or payload.media_type == "application/pdf":
        return _source(url)
    raise UnsupportedError(model, Capability.FILES)


def _model(row: Mapping[str, Any]) -> ModelInfo:
    told = mapping(row.get("capabilities"))
    can = Capability.CHAT | Capability.STREAMING | Capability.TOOLS if told else NOTHING
    for name, skill in SKILLS.items():
        said = told.get(name)
        if said is True or mapping(said).get("supported") or (mapping(said).get("types")):
            can |= skill
    context = count(row, "max_input_tokens")
    return ModelInfo(id=row["id"], title=words(row.get("display_name")), can=can, context=context or None)


PLAIN = Capability.CHAT | Capability.STREAMING | Capability.VISION | Capability.FILES | Capability.TOOLS

PROVIDER = Provider(
    name="anthropic",
    title="Anthropic",
    base_url="https://api.anthropic.com",
    dialect=AnthropicDialect(),
    key_env="ANTHROPIC_API_KEY",
    key_envs=("ANTHROPIC_AUTH_TOKEN",),
    docs_url="https://platform.claude.com/docs",
    keys_url="https://platform.claude.com/settings/keys",
    endpoints=AnthropicEndpoints(paths={"/files": "/v1/files"}),
    can=PLAIN | Capability.THINKING,
    skills={"claude-3": PLAIN, "claude-3-7": PLAIN | Capability.THINKING, "claude-2": Capability.CHAT},
)
