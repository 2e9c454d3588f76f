"""Anthropic's Messages API, which the Claude models speak: https://platform.claude.com/docs/en/api/messages."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from typing_extensions import override

from omnichat.anthropic_messages import write_messages, write_tools
from omnichat.anthropic_stream import EventReader
from omnichat.anthropic_thinking import offered, thinking
from omnichat.capabilities import NOTHING, Capability
from omnichat.deltas import Delta
from omnichat.errors import BadRequestError, ConnectionFailedError, ProviderError
from omnichat.json_schemas import instruction, without_limits
from omnichat.messages import ChatRequest
from omnichat.model_figures import day
from omnichat.parameters import OPENAIS, PARAMETERS, STRICT_TOOLS, fitting, merged
from omnichat.provider import Call, Dialect, ModelInfo, ServerEvent
from omnichat.sparing import without
from omnichat.wire_json import count, mapping, mappings, words

VERSION = "2026-10-21"
VERSION_WITH_SAMPLING = "2023-06-01"
SAMPLING = frozenset({"temperature", "top_p", "top_k"})
MODELS = "/v1/models?limit=1000"
TAKES = PARAMETERS - {"seed", "frequency_penalty", "presence_penalty", "logprobs"}
LACKS = OPENAIS - {"metadata", "service_tier", "tool_choice"}
UNFORCED = re.compile(r"claude-(fable|mythos)")  # no tool can be forced on these
SPARED = ("tool_choice", "output_config", "thinking", *sorted(SAMPLING), "stop_sequences")
TAKES_SAMPLING = re.compile(
    r"(?!claude)|claude-(2|3|instant)|claude-(opus|sonnet|haiku)-4([-.][0-6])?(-\d{8}|-latest|@.*)?$"
)
KEEPS_NO_FORMAT = re.compile(r"(?!claude)|claude-(2|3|instant)|claude-(opus|sonnet)-4([-.]0)?(-\d{8}|-latest|@.*)?$")
MAX_TOKENS = {"claude-2": 4096, "claude-instant": 4096, "claude-3": 4096, "claude-3-5": 8192, "claude-3-7": 32000}
DEFAULT_MAX_TOKENS = 32000  # the API insists on a limit

SEEING = Capability.CHAT | Capability.STREAMING | Capability.VISION | Capability.FILES | Capability.TOOLS
THINKING = SEEING | Capability.THINKING | Capability.SEARCH
CLAUDE = THINKING | Capability.JSON
CLAUDES: Mapping[str, Capability] = {
    "claude-2": Capability.CHAT | Capability.STREAMING,
    "claude-3": SEEING,
    "claude-3-5": SEEING | Capability.SEARCH,
    "claude-3-7": THINKING,
    "claude-opus-4-0": THINKING,
    "claude-opus-4-2025": THINKING,
    "claude-sonnet-4-0": THINKING,
    "claude-sonnet-4-2025": THINKING,
}
TOLD: Mapping[str, Capability] = {
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
        if key and not key.startswith("sk-ant-"):  # a token for a gateway, which looks for it in the one or the other
            return {**version, "x-api-key": key, "Authorization": f"Bearer {key}"}
        return {**version, "x-api-key": key} if key else version

    @override
    def chat(self, request: ChatRequest) -> Call:
        thinks = thinking(request.model, request.effort, _limit(request))
        request = fitting(request, _taken(request, thinks), _lacks(request.model))
        extra = {name: value for name, value in request.extra.items() if name not in SAMPLING}
        sampling = _sampling(request)
        body: dict[str, Any] = {
            "model": request.model,
            "max_tokens": _limit(request),
            "messages": write_messages(request),
            "system": "\n\n".join(_system(request)) or None,
            "stop_sequences": list(request.stop) or None,
            "stream": True,
            **sampling,
            **thinks,
            **write_tools(request),
        }
        headers = {"anthropic-version": VERSION_WITH_SAMPLING} if sampling else {}
        whole = merged(merged(body, _format(request)), extra)
        return Call("/v1/messages", whole, headers=headers, strict=request.strict)

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        named = isinstance(error, BadRequestError) and "anthropic-version" in error.message
        if named and "anthropic-version" not in call.headers:
            return replace(call, headers={**call.headers, "anthropic-version": VERSION_WITH_SAMPLING})
        return without(call, error, SPARED)

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
        return Call(MODELS, method="GET")

    @override
    def next_page(self, call: Call, answer: Any) -> Call | None:
        told = mapping(answer)
        last = words(told.get("last_id")) if told.get("has_more") is True else ""
        return replace(call, path=f"{MODELS}&after_id={quote(last, safe='')}") if last else None

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        rows = mappings(mapping(answer).get("data"))
        return [_model(row) for row in rows if words(row.get("id")) and row.get("lifecycle") != "retired"]


def _taken(request: ChatRequest, thinks: Mapping[str, Any]) -> frozenset[str]:
    """Return the parameters that the model takes, given how it is to think."""
    has_budget = "budget_tokens" in mapping(thinks.get("thinking"))
    taken = TAKES if thinks or request.effort == "none" else TAKES - {"effort"}
    if request.strict and request.effort not in offered(request.model):
        taken -= {"effort"}
    if has_budget or not TAKES_SAMPLING.match(request.model):
        taken -= SAMPLING
    if (has_budget or UNFORCED.match(request.model)) and request.tool_choice not in {"auto", "none"}:
        taken -= {"tool_choice"}
    if request.strict and request.response_format and not _format(request):
        taken -= {"response_format"}
    return taken


def _lacks(model: str) -> frozenset[str]:
    return LACKS | {STRICT_TOOLS} if KEEPS_NO_FORMAT.match(model) else LACKS


def _sampling(request: ChatRequest) -> dict[str, Any]:
    """Return the sampling wished for, if the model takes any: only the older API version and models do."""
    if not TAKES_SAMPLING.match(request.model):
        return {}
    wished = {name: request.extra.get(name, getattr(request, name)) for name in sorted(SAMPLING)}
    return {name: value for name, value in wished.items() if value is not None}


def _format(request: ChatRequest) -> dict[str, Any]:
    """Return the fields that hold the answer to a schema, where the model knows how to keep to one."""
    form = request.response_format
    if form is None or form.schema is None or KEEPS_NO_FORMAT.match(request.model):
        return {}
    return {"output_config": {"format": {"type": "json_schema", "schema": without_limits(form.schema)}}}


def _system(request: ChatRequest) -> list[str]:
    told = [message.text for message in request.messages if message.role == "system"]
    form = request.response_format
    return [*told, instruction(form.schema)] if form and not _format(request) else told


def _limit(request: ChatRequest) -> int:
    prefixes = [prefix for prefix in MAX_TOKENS if request.model.startswith(prefix)]
    return request.max_tokens or (MAX_TOKENS[max(prefixes, key=len)] if prefixes else DEFAULT_MAX_TOKENS)


def _model(row: Mapping[str, Any]) -> ModelInfo:
    told = mapping(row.get("capabilities"))
    can = Capability.CHAT | Capability.STREAMING | Capability.TOOLS if told else NOTHING
    for name, skill in TOLD.items():
        said = told.get(name)
        if said is True or mapping(said).get("supported") or (mapping(said).get("types")):
            can |= skill
    return ModelInfo(
        id=row["id"],
        title=words(row.get("display_name")),
        can=can,
        context=count(row, "max_input_tokens") or None,
        max_output=count(row, "max_tokens") or None,
        released=day(row.get("created_at")),
        deprecated=day(row.get("deprecated_at")),
        ends=day(row.get("retires_at")),
    )
