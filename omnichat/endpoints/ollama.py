"""Ollama's endpoints beside chat.

See https://docs.ollama.com/api/embed.
"""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

from omnichat.endpoint_answers import CreateEmbeddingResponse
from omnichat.endpoints.openai import OpenAIEndpoints
from omnichat.endpoints.vectors import answer, plain
from omnichat.provider import Call, Steps, Wish
from omnichat.wire_json import count


@dataclass(frozen=True, kw_only=True)
class OllamaEndpoints(OpenAIEndpoints):
    """Vectors by the native API; the rest as OpenAI has it."""

    @override
    def embed(self, model: str, wish: Wish) -> Steps[CreateEmbeddingResponse]:
        rest = {name: value for name, value in wish.items() if name not in {"input", "encoding_format", "user"}}
        told = (yield Call("/api/embed", {"model": model, "input": plain(wish), **rest})).object()
        found = told.get("embeddings")
        return answer(model, wish, found if isinstance(found, list) else [], count(told, "prompt_eval_count"))
