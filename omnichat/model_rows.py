"""What a list of models says of each, in the words of many servers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from omnichat.capabilities import NOTHING, Capability
from omnichat.model_figures import day, ends, largest_answer, prices, release_days
from omnichat.provider import ModelInfo
from omnichat.wire_json import count, mapping, mappings, words

TALK = Capability.CHAT | Capability.STREAMING
CONTEXT_FIELDS = ("context_length", "context_window", "max_model_len", "max_context_length", "inputTokenLimit")
TITLE_FIELDS = ("display_name", "name")
WORDS: Mapping[str, Capability] = {
    "image": Capability.VISION,
    "file": Capability.FILES,
    "audio": Capability.AUDIO,
    "tools": Capability.TOOLS,
    "reasoning": Capability.THINKING,
    "structured_outputs": Capability.JSON,
    "json_mode": Capability.JSON,
}
OUTPUTS: Mapping[str, Capability] = {
    "text": TALK,
    "image": Capability.IMAGES,
    "audio": Capability.SPEECH,
    "speech": Capability.SPEECH,
    "embeddings": Capability.EMBEDDINGS,
    "transcription": Capability.TRANSCRIPTION,
}
FLAGS: Mapping[str, Capability] = {
    "completion_chat": TALK | Capability.JSON,
    "supports_chat": TALK | Capability.JSON,
    "function_calling": Capability.TOOLS,
    "supports_tools": Capability.TOOLS,
    "supports_structured_output": Capability.JSON,
    "vision": Capability.VISION,
    "supports_image_input": Capability.VISION,
    "audio": Capability.AUDIO,
    "reasoning": Capability.THINKING,
    "moderation": Capability.MODERATION,
    "audio_transcription": Capability.TRANSCRIPTION,
    "audio_speech": Capability.SPEECH,
}
KINDS: Mapping[str, Capability] = {
    "embedding": Capability.EMBEDDINGS,
    "embeddings": Capability.EMBEDDINGS,
    "image": Capability.IMAGES,
    "audio": Capability.SPEECH,
    "transcribe": Capability.TRANSCRIPTION,
    "moderation": Capability.MODERATION,
}
USELESS = {"rerank", "video"}


def read_rows(answer: Any) -> list[ModelInfo]:
    """Return the models of ``{"data": […]}``, ``{"models": […]}`` or a bare list."""
    told = answer if isinstance(answer, list) else mapping(answer).get("data") or mapping(answer).get("models")
    rows = [row for row in mappings(told) if words(row.get("id")) and words(row.get("type")) not in USELESS]
    released = release_days(rows)
    return [_model(row, released.get(row["id"])) for row in rows]


def _model(row: Mapping[str, Any], released: date | None) -> ModelInfo:
    title = next((said for name in TITLE_FIELDS if (said := words(row.get(name)))), "")
    return ModelInfo(
        id=row["id"],
        title="" if title == row["id"] else title,
        can=_skills(row),
        context=_context(row),
        max_output=largest_answer(row),
        prices=prices(row),
        released=released,
        deprecated=day(row.get("deprecation")),
        ends=ends(row),
    )


def _context(row: Mapping[str, Any]) -> int | None:
    told = [row, mapping(row.get("limits")), *mappings(row.get("providers"))]
    found = max(count(place, *CONTEXT_FIELDS) for place in told)
    return found or count(mapping(row.get("meta")), "n_ctx_train") or None


def _skills(row: Mapping[str, Any]) -> Capability:
    """Return what a list says of a model; nothing where it is silent, or says less than the provider's own file."""
    kind = row.get("type")
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind]
    design = mapping(row.get("architecture")) or row
    can = NOTHING
    for word in _list(design.get("output_modalities")):
        can |= OUTPUTS.get(word, NOTHING) if isinstance(word, str) else NOTHING
    for place in (row, mapping(row.get("capabilities")), *mappings(row.get("providers"))):
        for name, skill in FLAGS.items():
            can |= skill if place.get(name) is True else NOTHING
    if Capability.CHAT not in can:
        return can & ~(Capability.VISION | Capability.AUDIO | Capability.THINKING)
    told = ("supported_parameters", "supported_features")
    for word in (*_list(design.get("input_modalities")), *(word for name in told for word in _list(row.get(name)))):
        can |= WORDS.get(word, NOTHING) if isinstance(word, str) else NOTHING
    return can


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
