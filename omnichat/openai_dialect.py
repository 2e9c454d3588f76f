"""The wire format that most providers speak: OpenAI's chat completions."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from typing_extensions import override

from omnichat.capabilities import NOTHING, Capability
from omnichat.deltas import Delta
from omnichat.errors import BadRequestError, ConnectionFailedError, ProviderError, UnsupportedError
from omnichat.messages import ChatRequest, FilePart, ImagePart, Message, Part, TextPart
from omnichat.openai_stream import ChunkReader
from omnichat.provider import Call, Dialect, ModelInfo, ServerEvent
from omnichat.wire_json import count, mapping, mappings, words

UNKNOWN = re.compile(
    r"unsupported|not support|unknown|unrecognized|unexpected|extra (input|field)|not permitted", re.IGNORECASE
)
TWINS = {"max_completion_tokens": "max_tokens", "max_tokens": "max_completion_tokens"}
SPARED = ("stream_options", "parallel_tool_calls", "reasoning_effort", *TWINS, "seed", "temperature", "top_p", "stop")
NO_MODEL = re.compile(r"(?!)")
CONTEXT_FIELDS = ("context_length", "context_window", "max_model_len", "max_context_length", "inputTokenLimit")
SKILL_FIELDS: Mapping[str, Capability] = {
    "image": Capability.VISION,
    "file": Capability.FILES,
    "audio": Capability.AUDIO,
    "tools": Capability.TOOLS,
    "reasoning": Capability.THINKING,
    "structured_outputs": Capability.JSON,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAIDialect(Dialect):
    """Chat completions, with a provider's deviations named as data.

    ``thinking_fields`` are looked at in this order, and only the first that says something counts. ``takes`` names the
    parts it accepts. ``no_sampling`` matches the models that refuse temperature and top_p; those that match
    ``no_sampling_while_thinking`` too take them with ``reasoning_effort`` "none".
    """

    max_tokens_field: str = "max_tokens"
    thinking_fields: tuple[str, ...] = ("reasoning_content", "reasoning")
    asks_for_usage: bool = True
    takes: Capability = Capability.VISION | Capability.FILES
    no_sampling: re.Pattern[str] = NO_MODEL
    no_sampling_while_thinking: re.Pattern[str] = NO_MODEL
    extra_headers: Mapping[str, str] = field(default_factory=dict)
    models_path: str = "/models"

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        return {**self.extra_headers, **({"Authorization": f"Bearer {key}"} if key else {})}

    @override
    def chat(self, request: ChatRequest) -> Call:
        sampling = self._takes_sampling(request)
        body: dict[str, Any] = {
            "model": request.model,
            "messages": [self._message(request.model, message) for message in _one_system(request.messages)],
            "stream": True,
            "stream_options": {"include_usage": True} if self.asks_for_usage else None,
            "temperature": request.temperature if sampling else None,
            "top_p": request.top_p if sampling else None,
            self.max_tokens_field: request.max_tokens,
            "stop": list(request.stop) or None,
            "seed": request.seed,
        }
        return Call("/chat/completions", {k: v for k, v in body.items() if v is not None} | request.extra)

    def _takes_sampling(self, request: ChatRequest) -> bool:
        if self.no_sampling_while_thinking.match(request.model):
            return request.extra.get("reasoning_effort") == "none"
        return not self.no_sampling.match(request.model)

    def _message(self, model: str, message: Message) -> dict[str, Any]:
        if message.role != "user" or all(isinstance(part, TextPart) for part in message.parts):
            return {"role": message.role, "content": message.text}
        return {"role": message.role, "content": [self._part(model, part) for part in message.parts]}

    def _part(self, model: str, part: Part) -> dict[str, Any]:
        match part:
            case TextPart(text):
                return {"type": "text", "text": text}
            case ImagePart(url) if Capability.VISION in self.takes:
                return {"type": "image_url", "image_url": {"url": url}}
            case FilePart(url, name) if Capability.FILES in self.takes:
                return {"type": "file", "file": {"filename": name, "file_data": url}}
        raise UnsupportedError(model, Capability.VISION if isinstance(part, ImagePart) else Capability.FILES)

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        chunks = ChunkReader(self.thinking_fields)
        async for event in events:
            if event.data.strip() == "[DONE]":
                for delta in chunks.end(told=True):
                    yield delta
                return
            for delta in chunks.read(event):
                yield delta
        for delta in chunks.end():
            yield delta
        if not chunks.finished:
            raise ConnectionFailedError("the answer broke off", provider="")

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        body = dict(call.json or {})
        if not (isinstance(error, BadRequestError) and UNKNOWN.search(error.message)):
            return None
        for name in SPARED:
            if name in body and re.search(rf"\b{name}\b", error.message):
                value = body.pop(name)
                if name == self.max_tokens_field:
                    body[TWINS[name]] = value
                return replace(call, json=body)
        return None

    @override
    def models(self) -> Call:
        return Call(self.models_path, method="GET")

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        """Return the models of ``{"data": […]}``, ``{"models": […]}`` or a bare list."""
        rows = answer if isinstance(answer, list) else mapping(answer).get("data") or mapping(answer).get("models")
        return [_model(row) for row in mappings(rows) if words(row.get("id"))]


def _model(row: Mapping[str, Any]) -> ModelInfo:
    context = count(row, *CONTEXT_FIELDS) or count(mapping(row.get("meta")), "n_ctx_train")
    return ModelInfo(id=row["id"], title=words(row.get("name")), can=_skills(row), context=context or None)


def _skills(row: Mapping[str, Any]) -> Capability:
    """Return what OpenRouter's and llama.cpp's listings say of a model; nothing where a listing is silent."""
    design = mapping(row.get("architecture"))
    said = _list(design.get("output_modalities"))
    if not said:
        return NOTHING
    can = Capability.CHAT | Capability.STREAMING if "text" in said else NOTHING
    for word in (*_list(design.get("input_modalities")), *_list(row.get("supported_parameters"))):
        can |= SKILL_FIELDS.get(word, NOTHING) if isinstance(word, str) else NOTHING
    return can


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _one_system(messages: tuple[Message, ...]) -> list[Message]:
    """Return ``messages`` with neighbouring system messages merged: some servers take only one."""
    merged: list[Message] = []
    for message in messages:
        if merged and message.role == merged[-1].role == "system":
            merged[-1] = Message.of("system", f"{merged[-1].text}\n\n{message.text}")
        else:
            merged.append(message)
    return merged
