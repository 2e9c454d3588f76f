"""Cohere: the Command models, by their own chat API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from omnichat.capabilities import NOTHING, Capability
from omnichat.cohere_stream import PLAN, EventReader
from omnichat.data_urls import read_data_url
from omnichat.deltas import Delta
from omnichat.endpoints.cohere import CohereEndpoints
from omnichat.errors import BadRequestError, ConnectionFailedError, ProviderError, UnsupportedError
from omnichat.messages import AudioPart, ChatRequest, FilePart, ImagePart, Message, Tool
from omnichat.parameters import PARAMETERS, fitting, merged
from omnichat.provider import Call, Dialect, ModelInfo, Provider, ServerEvent
from omnichat.wire_json import count, mapping, mappings, words

MODELS = "/v1/models?page_size=1000"
TEXTS = ("text/", "application/json", "application/xml", "application/yaml", "application/x-yaml")
BUDGETS = {"minimal": 512, "low": 1024, "medium": 8192}  # tokens; whoever shall think longer has no limit
TAKES = PARAMETERS - {"parallel_tool_calls", "web_search"}
PLAIN = Capability.CHAT | Capability.STREAMING | Capability.TOOLS | Capability.JSON | Capability.FILES
ENDPOINTS: Mapping[str, Capability] = {
    "chat": Capability.CHAT | Capability.STREAMING | Capability.FILES,
    "embed": Capability.EMBEDDINGS,
    "embed_image": Capability.EMBEDDINGS,
    "transcriptions": Capability.TRANSCRIPTION,
}
FEATURES: Mapping[str, Capability] = {
    "tools": Capability.TOOLS,
    "json_mode": Capability.JSON,
    "json_schema": Capability.JSON,
    "vision": Capability.VISION,
    "reasoning": Capability.THINKING,
    "logprobs": Capability.LOGPROBS,
}


class CohereDialect(Dialect):
    """Events named by what they are about; text files travel beside the messages, as documents."""

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"} if key else {}

    @override
    def chat(self, request: ChatRequest) -> Call:
        request = fitting(request, TAKES)
        wanted = request.response_format
        schema = {"json_schema": wanted.schema} if wanted and wanted.schema else {}
        body: dict[str, Any] = {
            "model": request.model,
            "messages": [_message(request.model, message) for message in request.messages],
            "stream": True,
            "documents": list(_documents(request)) or None,
            "temperature": request.temperature,
            "p": request.top_p,
            "k": request.top_k,
            "max_tokens": request.max_tokens,
            "stop_sequences": list(request.stop) or None,
            "seed": request.seed,
            "frequency_penalty": request.frequency_penalty,
            "presence_penalty": request.presence_penalty,
            "logprobs": True if request.logprobs is not None else None,
            "response_format": {"type": "json_object", **schema} if wanted else None,
            "thinking": _thinking(request),
            **_tools(request),
        }
        return Call("/v2/chat", merged(body, request.extra), strict=request.strict)

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        reader = EventReader()
        async for event in events:
            if event.data.strip() == "[DONE]":
                break
            for delta in reader.read(event):
                yield delta
        if not reader.finished:
            raise ConnectionFailedError("the answer broke off", provider="")

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        body = dict(call.json or {})
        refused = isinstance(error, BadRequestError) and "thinking" in error.message and not call.strict
        return replace(call, json=body) if refused and body.pop("thinking", None) else None

    @override
    def models(self) -> Call:
        return Call(MODELS, method="GET")

    @override
    def next_page(self, call: Call, answer: Any) -> Call | None:
        token = words(mapping(answer).get("next_page_token"))
        return replace(call, path=f"{MODELS}&page_token={quote(token, safe='')}") if token else None

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        rows = [row for row in mappings(mapping(answer).get("models")) if not row.get("is_deprecated")]
        return [_model(row) for row in rows if words(row.get("name"))]


def _message(model: str, message: Message) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.text}
    plans = [data[PLAN] for data in message.provider_data if PLAN in data]
    functions = [{"id": c.id, "function": {"name": c.name, "arguments": c.arguments}} for c in message.tool_calls]
    calls = {"tool_calls": [{"type": "function", **call} for call in functions]} if functions else {}
    content = _content(model, message)
    spoken = {} if calls and not content else {"content": content}
    return {"role": message.role, **spoken, **calls, **({PLAN: plans[-1]} if plans and calls else {})}


def _content(model: str, message: Message) -> str | list[dict[str, Any]]:
    if any(isinstance(part, AudioPart) for part in message.parts):
        raise UnsupportedError(model, Capability.AUDIO)
    images = [part for part in message.parts if isinstance(part, ImagePart)]
    if not images:
        return message.text
    text = [{"type": "text", "text": message.text}] if message.text else []
    return [*text, *({"type": "image_url", "image_url": {"url": image.url}} for image in images)]


def _documents(request: ChatRequest) -> Iterator[dict[str, Any]]:
    files = [part for message in request.messages for part in message.parts if isinstance(part, FilePart)]
    for place, file in enumerate(files):
        payload = read_data_url(file.url)
        if payload is None or not payload.media_type.startswith(TEXTS):
            raise UnsupportedError(request.model, Capability.FILES)
        yield {"id": f"doc:{place}", "data": {"title": file.name, "text": payload.text()}}


def _tools(request: ChatRequest) -> dict[str, Any]:
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


def _thinking(request: ChatRequest) -> dict[str, Any] | None:
    if request.effort is None:
        return None
    if request.effort == "none":
        return {"type": "disabled"}
    budget = BUDGETS.get(request.effort)
    return {"type": "enabled", **({"token_budget": budget} if budget else {})}


def _model(row: Mapping[str, Any]) -> ModelInfo:
    can = NOTHING
    for names, skills in ((row.get("endpoints"), ENDPOINTS), (row.get("features"), FEATURES)):
        for name in names if isinstance(names, list) else []:
            can |= skills.get(name, NOTHING) if isinstance(name, str) else NOTHING
    return ModelInfo(id=row["name"], can=can, context=count(row, "context_length") or None)


PROVIDER = Provider(
    name="cohere",
    title="Cohere",
    base_url="https://api.cohere.com",
    dialect=CohereDialect(),
    key_env="COHERE_API_KEY",
    key_envs=("CO_API_KEY",),
    docs_url="https://docs.cohere.com",
    keys_url="https://dashboard.cohere.com/api-keys",
    endpoints=CohereEndpoints(),
    can=PLAIN,
    skills={
        "command-a-reasoning": PLAIN | Capability.THINKING,
        "command-a-vision": PLAIN | Capability.VISION,
        "embed": Capability.EMBEDDINGS,
        "rerank": NOTHING,
        "cohere-transcribe": Capability.TRANSCRIPTION,
    },
)
