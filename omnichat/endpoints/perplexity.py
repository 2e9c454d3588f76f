"""Perplexity's vectors: bytes with a sign, or bits.

See https://docs.perplexity.ai/api-reference.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoint_answers import CreateEmbeddingResponse
from omnichat.endpoints.openai import OpenAIEndpoints, decoded
from omnichat.endpoints.vectors import answer
from omnichat.provider import Steps, Wish
from omnichat.wire_json import count, mapping, mappings


@dataclass(frozen=True, kw_only=True)
class PerplexityEndpoints(OpenAIEndpoints):
    """Numbers from -128 to 127; of a vector only the direction counts."""

    offers: Capability = Capability.EMBEDDINGS | Capability.STORAGE
    paths: Mapping[str, str] = field(default_factory=lambda: {"/embeddings": "/v1/embeddings", "/files": "/v1/files"})

    @override
    def embed(self, model: str, wish: Wish) -> Steps[CreateEmbeddingResponse]:
        rest = {name: value for name, value in wish.items() if name not in {"encoding_format", "user"}}
        told = (yield self._json("/embeddings", model, {**rest, "encoding_format": "base64_int8"})).object()
        rows = [decoded(row.get("embedding")) for row in mappings(told.get("data"))]
        tokens = count(mapping(told.get("usage")), "prompt_tokens", "total_tokens")
        return answer(model, wish, [[float(number) for number in array("b", row)] for row in rows], tokens)
