"""OpenAI's chat completions as Azure serves them: two styles of address, two kinds of key, deployments for models.

See https://learn.microsoft.com/azure/ai-services/openai/reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from typing_extensions import override

from omnichat.capabilities import NOTHING, Capability
from omnichat.model_figures import day
from omnichat.openai_dialect import OpenAIDialect
from omnichat.provider import Call, ModelInfo
from omnichat.wire_json import mapping, mappings, words

ADDRESS = re.compile(r"(?P<root>.*?)(/openai(/(?P<new>v1)|/deployments/(?P<deployment>[^/]+))?)?")
DATED = re.compile(r"\d{4}-\d\d-\d\d")
USUAL_VERSION = "2024-10-21"
LIST = "/deployments?api-version=2023-03-15-preview"  # later versions list what could be deployed, and no deployments
LIVE = "/realtime?model="
LIVE_VERSION = "2025-04-01-preview"
OF_DEPLOYMENTS = {
    *("/chat/completions", "/completions", "/embeddings", "/images/generations", "/images/edits"),
    *("/audio/transcriptions", "/audio/translations", "/audio/speech"),
}
GONE = {"failed", "deleted", "canceled"}
TALK = Capability.CHAT | Capability.STREAMING


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureDialect(OpenAIDialect):
    """The address says which style is meant: one with a dated ``api-version`` or a deployment in it is the older.

    ``skills`` holds what the models can do that a deployment is of.
    """

    skills: Mapping[str, Capability] = field(default_factory=dict)

    @override
    def headers(self, key: str | None) -> dict[str, str]:
        """Return the header for a key, or for a token of Entra."""
        if key and key.startswith("eyJ"):
            return {"Authorization": f"Bearer {key}"}
        return {"api-key": key} if key else {}

    @override
    def url(self, base_url: str, call: Call) -> str:
        parts = urlsplit(base_url)
        found = ADDRESS.fullmatch(parts.path)
        root, new, deployment = found.group("root", "new", "deployment") if found else (parts.path, None, None)
        version = parse_qs(parts.query).get("api-version", [""])[0]
        place = f"{parts.scheme}://{parts.netloc}{root}/openai"
        if call.path == LIST:
            return place + LIST
        if new or not (deployment or DATED.match(version)):
            named = "" if DATED.match(version) else version
            return f"{place}/v1{call.path}" + (_query(call.path, named) if named else "")
        if call.path.startswith(LIVE):  # where the older style speaks with a deployment by its name
            name = deployment or call.path.removeprefix(LIVE)
            return f"{place}/realtime?deployment={name}{_query('?', version or LIVE_VERSION)}"
        if call.path in OF_DEPLOYMENTS and (name := deployment or quote(_model_of(call), safe="")):
            place += f"/deployments/{name}"
        return place + call.path + _query(call.path, version or USUAL_VERSION)

    @override
    def models(self) -> Call:
        return Call(LIST, method="GET")

    @override
    def read_models(self, answer: Any) -> list[ModelInfo]:
        """Return the deployments, or the models that could be deployed."""
        rows = mappings(mapping(answer).get("data"))
        return [self._model(row) for row in rows if words(row.get("id")) and words(row.get("status")) not in GONE]

    def _model(self, row: Mapping[str, Any]) -> ModelInfo:
        name, base = words(row.get("id")), words(row.get("model"))
        told = mapping(row.get("capabilities"))
        can = self._skills(base or name) if base or told.get("chat_completion") else NOTHING
        if told.get("chat_completion"):
            can |= TALK
        elif told:
            can = Capability.EMBEDDINGS if told.get("embeddings") else NOTHING
        ends = day(mapping(row.get("deprecation")).get("inference"))
        return ModelInfo(id=name, title="" if base == name else base, can=can, ends=ends)

    def _skills(self, model: str) -> Capability:
        prefixes = [prefix for prefix in self.skills if model.startswith(prefix)]
        return self.skills[max(prefixes, key=len)] if prefixes else NOTHING


def _query(path: str, version: str) -> str:
    return f"{'&' if '?' in path else '?'}api-version={quote(version, safe='')}"


def _model_of(call: Call) -> str:
    fields = call.json if call.json is not None else dict(call.form)
    return words(fields.get("model"))
