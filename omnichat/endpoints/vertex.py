"""Vertex AI's vectors.

See https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from omnichat.answered import Answered
from omnichat.endpoint_answers import CreateEmbeddingResponse
from omnichat.endpoints.gemini import GeminiEndpoints
from omnichat.endpoints.vectors import answer, batches, plain
from omnichat.provider import Call, Steps, Wish
from omnichat.wire_json import count, mapping, mappings, words

ONE_BY_ONE = re.compile(r"gemini-embedding-(?!001)")  # these have a call of their own
MOST_TEXTS = 100


@dataclass(frozen=True, kw_only=True)
class VertexEndpoints(GeminiEndpoints):
    """The older models predict; ``task_type`` and ``title`` belong to a text, ``dimensions`` to all."""

    @override
    def embed(self, model: str, wish: Wish) -> Steps[CreateEmbeddingResponse]:
        alone, older = ONE_BY_ONE.search(model), not re.search("gemini-embedding", model)
        vectors, tokens = list[Any](), 0
        for some in batches(plain(wish), MOST_TEXTS if older else 1):
            answered = yield self._embed(model, some[0], wish) if alone else self._predict(model, some, wish)
            found, spent = _alone(answered) if alone else _predicted(answered)
            vectors += found
            tokens += spent
        return answer(model, wish, vectors, tokens)

    def _embed(self, model: str, text: str, wish: Wish) -> Call:
        size = {"outputDimensionality": wish["dimensions"]} if wish.get("dimensions") else {}
        task = {"taskType": kind} if (kind := words(wish.get("task_type"))) else {}
        body = {"content": {"parts": [{"text": text}]}, **size, **task}
        return Call(f"{self.place(model)}:embedContent", body)

    def _predict(self, model: str, some: list[str], wish: Wish) -> Call:
        own = {name: wish[name] for name in ("task_type", "title") if wish.get(name)}
        size = {"parameters": {"outputDimensionality": wish["dimensions"]}} if wish.get("dimensions") else {}
        return Call(f"{self.place(model)}:predict", {"instances": [{"content": text, **own} for text in some], **size})


def _alone(answered: Answered) -> tuple[list[Any], int]:
    told = answered.object()
    return [mapping(told.get("embedding")).get("values")], count(mapping(told.get("usageMetadata")), "promptTokenCount")


def _predicted(answered: Answered) -> tuple[list[Any], int]:
    rows = [mapping(row.get("embeddings")) for row in mappings(answered.object().get("predictions"))]
    return [row.get("values") for row in rows], sum(
        count(mapping(row.get("statistics")), "token_count") for row in rows
    )
