"""LM Studio: OpenAI's chat completions, and lists of its own: https://lmstudio.ai/docs/developer/rest/list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.errors import NotFoundError, ProviderError
from omnichat.model_rows import read_rows
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Call, ModelInfo
from omnichat.wire_json import count, mapping, mappings, words

LISTS = ("/api/v1/models", "/api/v0/models", "/models")  # the last one is OpenAI's, and knows names only
TALK = Capability.CHAT | Capability.STREAMING | Capability.JSON
SKILLS: Mapping[str, Capability] = {
    "vision": Capability.VISION,
    "trained_for_tool_use": Capability.TOOLS,
    "tool_use": Capability.TOOLS,
    "reasoning": Capability.THINKING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LmStudioDialect(OpenAIDialect):
    """Its own list says what a model can do; servers that are too old for it are asked for an older one."""

    models_path: str = LISTS[0]

    @override
    def url(self, base_url: str, call: Call) -> str:
        base = base_url.removesuffix("/v1") if call.path.startswith("/api/") else base_url
        return OpenAIDialect.url(self, base, call)

    @override
    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        if call.path in LISTS:
            return _older(call) if isinstance(error, NotFoundError) else None
        return OpenAIDialect.simpler(self, call, error)

    @override
    def next_page(self, call: Call, answer: Any) -> Call | None:
        told = mapping(answer)
        return None if "models" in told or "data" in told else _older(call)  # such a server says so with status 200

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        told = mapping(answer)
        if "models" in told:
            return [_model(words(row.get("key")), row) for row in mappings(told["models"]) if words(row.get("key"))]
        rows = mappings(told.get("data"))
        if any(words(row.get("id")) and "type" in row for row in rows):
            return [_model(row["id"], row) for row in rows if words(row.get("id"))]
        return read_rows(answer)


def _older(call: Call) -> Call | None:
    rest = LISTS[LISTS.index(call.path) + 1 :]
    return replace(call, path=rest[0]) if rest else None


def _model(name: str, row: Mapping[str, Any]) -> ModelInfo:
    loaded = [mapping(one.get("config")) for one in mappings(row.get("loaded_instances"))]
    context = max((count(one, "context_length") for one in loaded), default=0)
    known = context or count(row, "loaded_context_length", "max_context_length")
    title = words(row.get("display_name"))
    return ModelInfo(id=name, title="" if title == name else title, can=_skills(row), context=known or None)


def _skills(row: Mapping[str, Any]) -> Capability:
    kind, told = words(row.get("type")), row.get("capabilities")
    if kind.startswith("embedding"):
        return Capability.EMBEDDINGS
    can = TALK | Capability.VISION if kind == "vlm" else TALK
    for name, skill in SKILLS.items():
        said = told.get(name) if isinstance(told, dict) else isinstance(told, list) and name in told
        if said:
            can |= skill
    return can
