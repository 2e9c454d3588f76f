"""Ollama: models on one's own machine, by its native API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from typing import Any

from typing_extensions import override

from omnichat.capabilities import NOTHING, Capability
from omnichat.deltas import Delta
from omnichat.effort import nearest
from omnichat.endpoints.ollama import OllamaEndpoints
from omnichat.endpoints.openai import TEXTS
from omnichat.errors import ConnectionFailedError, ProviderError
from omnichat.messages import ChatRequest, Effort
from omnichat.ollama_messages import write_messages, write_tool
from omnichat.ollama_stream import LineReader
from omnichat.parameters import OPENAIS, PARAMETERS, STRICT_TOOLS, fitting, merged
from omnichat.provider import Call, Dialect, ModelInfo, Provider, ServerEvent
from omnichat.sparing import without
from omnichat.wire_json import mapping, mappings, words

TOP_LEVEL = {
    *("format", "keep_alive", "logprobs", "options", "shift", "think", "tools", "top_logprobs", "truncate"),
}
LACKS = OPENAIS | {STRICT_TOOLS}
TAKES = PARAMETERS - {"tool_choice", "parallel_tool_calls", "web_search"}
SPARED = ("think", "top_logprobs", "logprobs", "format")
LEVELS: tuple[Effort, ...] = ("low", "medium", "high")


class OllamaDialect(Dialect):
    """A line of JSON for each piece; sampling apart, under ``options``."""

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"} if key else {}

    @override
    def chat(self, request: ChatRequest) -> Call:
        request = fitting(_chosen(request), TAKES, LACKS)
        options = {
            "temperature": request.temperature,
            "top_p": request.top_p,
            "top_k": request.top_k,
            "num_predict": request.max_tokens,
            "stop": list(request.stop) or None,
            "seed": request.seed,
            "frequency_penalty": request.frequency_penalty,
            "presence_penalty": request.presence_penalty,
            **{name: value for name, value in request.extra.items() if name not in TOP_LEVEL},
            **mapping(request.extra.get("options")),
        }
        body: dict[str, Any] = {
            "model": request.model,
            "messages": list(write_messages(request)),
            "stream": True,
            "think": _thinks(request),
            "tools": [write_tool(tool) for tool in request.tools] or None,
            "format": request.response_format and (request.response_format.schema or "json"),
            "logprobs": None if request.logprobs is None else True,
            "top_logprobs": request.logprobs or None,
        }
        extra = {name: value for name, value in request.extra.items() if name in TOP_LEVEL}
        told = {name: value for name, value in options.items() if value is not None}
        return Call("/api/chat", merged(body, {**extra, "options": told}), strict=request.strict)

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        return without(call, error, SPARED)

    @override
    async def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        line = LineReader()
        async for event in events:
            for delta in line.read(event):
                yield delta
            if line.finished:
                return
        raise ConnectionFailedError("the answer broke off", provider="")

    @override
    def models(self) -> Call:
        return Call("/api/tags", method="GET")

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        rows = mappings(mapping(answer).get("models"))
        names = [words(row.get("model")) or words(row.get("name")) for row in rows]
        return [ModelInfo(id=name, can=NOTHING) for name in names if name]


def _chosen(request: ChatRequest) -> ChatRequest:
    """Return ``request`` without a choice of tools, which has no field here, where it can do without."""
    if request.tool_choice == "none":
        return replace(request, tools=(), tool_choice="")
    return replace(request, tool_choice="") if request.tool_choice == "auto" else request


def _thinks(request: ChatRequest) -> bool | str | None:
    if request.effort is None or request.effort == "none":
        return None if request.effort is None else False
    return nearest(request.effort, LEVELS) if "gpt-oss" in request.model else True


PROVIDER = Provider(
    name="ollama",
    title="Ollama",
    base_url="http://localhost:11434",
    dialect=OllamaDialect(),
    key_env="OLLAMA_API_KEY",
    docs_url="https://docs.ollama.com",
    key_needed=False,
    continues=True,
    address_envs=("OLLAMA_HOST",),
    endpoints=OllamaEndpoints(offers=TEXTS, paths={"/completions": "/v1/completions"}),
    can=Capability.CHAT | Capability.STREAMING | Capability.JSON | Capability.LOGPROBS,
    also=Capability.RESPONSES | Capability.VISION | Capability.TOOLS | Capability.THINKING,
    responses_path="/v1/responses",
)
