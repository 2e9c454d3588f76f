"""Cohere: the Command models, by their own chat API."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from omnichat.capabilities import NOTHING, Capability
from omnichat.cohere_former import FormerReader, reader_for
from omnichat.cohere_messages import documents, write_message, write_tools
from omnichat.cohere_stream import EventReader
from omnichat.deltas import Delta
from omnichat.endpoints.cohere import CohereEndpoints
from omnichat.errors import BadRequestError, ConnectionFailedError, ProviderError
from omnichat.messages import ChatRequest
from omnichat.parameters import DETAIL, OPENAIS, PARAMETERS, fitting, merged
from omnichat.provider import Call, Dialect, ModelInfo, Provider, ServerEvent
from omnichat.wire_json import count, mapping, mappings, words

MODELS = "/v1/models?page_size=1000"
BUDGETS = {"minimal": 512, "low": 1024, "medium": 8192}  # tokens; whoever shall think longer has no limit
TAKES = PARAMETERS - {"parallel_tool_calls", "web_search"}
LACKS = OPENAIS - {DETAIL, "response_format", "tool_choice"}
NO_THOUGHTS = re.compile(r"command(-(r|light|nightly|a-03|a-vision|a-translate).*)?$|c4ai")
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
        request = fitting(request, _taken(request), LACKS)
        wanted = request.response_format
        schema = {"json_schema": wanted.schema} if wanted and wanted.schema else {}
        body: dict[str, Any] = {
            "model": request.model,
            "messages": [write_message(request.model, message) for message in request.messages],
            "stream": True,
            "documents": list(documents(request)) or None,
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
            **write_tools(request),
        }
        return Call("/v2/chat", merged(body, request.extra), strict=request.strict)

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        reader: EventReader | FormerReader | None = None
        async for event in events:
            if event.data.strip() == "[DONE]":
                break
            reader = reader or reader_for(event)
            for delta in reader.read(event):
                yield delta
        if not (reader and reader.finished):
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


def _taken(request: ChatRequest) -> frozenset[str]:
    taken = TAKES - {"effort"} if NO_THOUGHTS.match(request.model) else TAKES
    return taken - {"logprobs"} if request.strict and request.logprobs else taken  # it tells no alternatives


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
