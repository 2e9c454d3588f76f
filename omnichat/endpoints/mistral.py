"""Mistral's endpoints: OpenAI's shapes, but for code, speech and moderation.

See https://docs.mistral.ai/api.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoint_answers import Categories, CategoryScores, ModerationCreateResponse
from omnichat.endpoints.openai import TEXTS, OpenAIEndpoints
from omnichat.provider import Steps, Wish
from omnichat.shaping import shaped
from omnichat.wire_json import mapping, mappings

NAMES = {
    "hate_and_discrimination": "hate",
    "violence_and_threats": "violence",
    "dangerous_and_criminal_content": "illicit",
    "selfharm": "self_harm",
}


@dataclass(frozen=True, kw_only=True)
class MistralCategories(Categories):
    """OpenAI's categories and Mistral's own."""

    health: bool = False
    financial: bool = False
    law: bool = False
    pii: bool = False
    jailbreaking: bool = False


@dataclass(frozen=True, kw_only=True)
class MistralScores(CategoryScores):
    """How sure the model is of OpenAI's categories and Mistral's own, from 0 to 1."""

    health: float = 0
    financial: float = 0
    law: float = 0
    pii: float = 0
    jailbreaking: float = 0


@dataclass(frozen=True, kw_only=True)
class MistralEndpoints(OpenAIEndpoints):
    """A result is flagged here if any category is; Mistral leaves that to the reader."""

    offers: Capability = (
        TEXTS | Capability.TRANSCRIPTION | Capability.SPEECH | Capability.MODERATION | Capability.STORAGE
    )
    paths: Mapping[str, str] = field(default_factory=lambda: {"/completions": "/fim/completions"})
    renamed: Mapping[str, str] = field(default_factory=lambda: {"voice": "voice_id", "dimensions": "output_dimension"})
    sound_field: str = "audio_data"

    @override
    def moderate(self, model: str, wish: Wish) -> Steps[ModerationCreateResponse]:
        told = (yield self._json("/moderations", model, wish)).object()
        rows = [_result(row) for row in mappings(told.get("results"))]
        whole = shaped(ModerationCreateResponse, {**told, "results": [row | {"categories": {}} for row in rows]})
        judged = [
            replace(
                result,
                categories=shaped(MistralCategories, row["categories"]),
                category_scores=shaped(MistralScores, row["category_scores"]),
            )
            for result, row in zip(whole.results, rows, strict=True)
        ]
        return replace(whole, results=judged)


def _result(row: Mapping[str, Any]) -> dict[str, Any]:
    said = mapping(row.get("categories"))
    return {
        "categories": _renamed(said),
        "category_scores": _renamed(mapping(row.get("category_scores"))),
        "flagged": any(value is True for value in said.values()),
    }


def _renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {NAMES.get(name, name): value for name, value in values.items()}
