"""litellm's catalogue of models (MIT), cut to our providers, names and fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from omnichat.capabilities import Capability
from omnichat.model_facts import plain_name

OURS: Mapping[str, str] = {
    "openai": "openai",
    "text-completion-openai": "openai",
    "anthropic": "anthropic",
    "gemini": "google",
    "azure": "azure",
    "azure_text": "azure",
    "azure_ai": "azure",
    "bedrock": "bedrock",
    "bedrock_converse": "bedrock",
    "cohere": "cohere",
    "cohere_chat": "cohere",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
    "fireworks_ai-embedding-models": "fireworks",
    "anyscale": "anyscale",
    "cerebras": "cerebras",
    "deepseek": "deepseek",
    "groq": "groq",
    "mistral": "mistral",
    "moonshot": "moonshot",
    "ollama": "ollama",
    "openrouter": "openrouter",
    "perplexity": "perplexity",
    "replicate": "replicate",
    "xai": "xai",
    "zai": "zai",
}
MODES = {
    "chat": Capability.CHAT | Capability.STREAMING,
    "responses": Capability.CHAT | Capability.STREAMING | Capability.RESPONSES,
    "completion": Capability.COMPLETIONS,
    "embedding": Capability.EMBEDDINGS,
    "image_generation": Capability.IMAGES,
    "image_edit": Capability.IMAGES,
    "audio_transcription": Capability.TRANSCRIPTION,
    "audio_speech": Capability.SPEECH,
    "moderation": Capability.MODERATION,
    "realtime": Capability.REALTIME,
}
SKILLS = {
    "supports_reasoning": Capability.THINKING,
    "supports_vision": Capability.VISION,
    "supports_pdf_input": Capability.FILES,
    "supports_audio_input": Capability.AUDIO,
    "supports_function_calling": Capability.TOOLS,
    "supports_response_schema": Capability.JSON,
    "supports_web_search": Capability.SEARCH,
}
PRICES = (
    "input_cost_per_token",
    "output_cost_per_token",
    "cache_read_input_token_cost",
    "cache_creation_input_token_cost",
)
LONG = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
USUAL = {"low", "medium", "high"}
VARIANT = re.compile(
    r"\d+-x-\d+|commitment|^(low|medium|high|hd|standard|global|global-standard|eu|us|ft:)\b|up-to|-to-\d"
)


def condensed(catalogue: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the rows of ``prices.json`` by ``provider/model``, without those that the lookup finds by another name."""
    rows = {name: row for key, entry in catalogue.items() if (name := our_name(key, entry)) and (row := _row(entry))}
    kept = dict[str, dict[str, Any]]()
    for _, names in groupby(sorted(rows, key=plain_name), key=plain_name):
        shortest, *others = sorted(sorted(names, reverse=True), key=len)
        kept[shortest] = rows[shortest]
        kept |= {name: rows[name] for name in others if rows[name] != rows[shortest]}
    return dict(sorted(kept.items()))


def our_name(key: str, entry: Mapping[str, Any]) -> str | None:
    """Return ``provider/model`` of an entry of litellm's, or None for a provider or variant that we do not keep."""
    theirs = str(entry.get("litellm_provider"))
    ours = "vertex" if theirs.startswith("vertex_ai") else OURS.get(theirs)
    if ours is None or entry.get("mode") not in MODES:
        return None
    model = key.removeprefix(f"{theirs}/")
    if theirs.startswith("vertex_ai"):
        model = key.removeprefix("vertex_ai/")
    elif ours in {"azure", "bedrock", "fireworks"}:
        model = key.removeprefix(f"{theirs.partition('-')[0].removesuffix('_text').removesuffix('_converse')}/")
    if VARIANT.search(model) or (ours == "bedrock" and "/" in model):
        return None
    return f"{ours}/{model}"


def _row(entry: Mapping[str, Any]) -> dict[str, Any]:
    can = MODES[entry["mode"]]
    for flag, skill in SKILLS.items():
        if entry.get(flag):
            can |= skill
    row = {
        "context": _count(entry.get("max_input_tokens")),
        "max_output": _count(entry.get("max_output_tokens")),
        "prices": _trimmed([entry.get(name) for name in PRICES]),
        "long": _long(entry),
        "can": can.names,
        "ends": entry.get("deprecation_date"),
        "efforts": list(_efforts(entry)),
    }
    return {name: value for name, value in row.items() if value}


def _long(entry: Mapping[str, Any]) -> list[float]:
    found = [int(match[1]) for name in entry if (match := LONG.fullmatch(name))]
    if not found:
        return []
    above = f"_above_{min(found)}k_tokens"
    return [min(found) * 1000, *_trimmed([entry.get(name + above, entry.get(name)) for name in PRICES])]


def _efforts(entry: Mapping[str, Any]) -> Iterator[str]:
    listed = entry.get("reasoning_effort_levels")
    named = any(f"supports_{effort}_reasoning_effort" in entry for effort in EFFORTS)
    for effort in EFFORTS:
        usual = named and bool(entry.get("supports_reasoning")) and effort in USUAL
        if effort in listed if listed is not None else entry.get(f"supports_{effort}_reasoning_effort", usual):
            yield effort


def _count(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and value > 0 else None


def _trimmed(prices: list[Any]) -> list[Any]:
    while prices and prices[-1] is None:
        prices.pop()
    return prices
