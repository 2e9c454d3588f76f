"""Cohere's endpoints beside chat.

See https://docs.cohere.com/reference/embed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

from typing_extensions import override

from omnichat.capabilities import Capability
from omnichat.endpoint_answers import CreateEmbeddingResponse
from omnichat.endpoints.openai import flat
from omnichat.endpoints.vectors import answer, batches, plain
from omnichat.media_answers import Transcript, Transcription
from omnichat.provider import Call, Endpoints, Steps, Wish
from omnichat.shaping import shaped
from omnichat.uploads import Upload
from omnichat.wire_json import count, mapping

MOST_TEXTS = 96
TRANSLATED = {"input", "dimensions", "encoding_format", "user"}


@dataclass(frozen=True)
class CohereEndpoints(Endpoints):
    """Vectors want to know what for: ``input_type`` is ``search_document`` unless the caller says otherwise."""

    offers: Capability = Capability.EMBEDDINGS | Capability.TRANSCRIPTION

    @override
    def embed(self, model: str, wish: Wish) -> Steps[CreateEmbeddingResponse]:
        rest = {name: value for name, value in wish.items() if name not in TRANSLATED}
        size = {"output_dimension": wish["dimensions"]} if wish.get("dimensions") else {}
        vectors, tokens = list[Any](), 0
        for some in batches(plain(wish), MOST_TEXTS):
            body = {"model": model, "input_type": "search_document", "embedding_types": ["float"], **size, **rest}
            told = (yield Call("/v2/embed", {**body, "texts": some})).object()
            found = told.get("embeddings")
            kinds = [rows for rows in found.values() if rows] if isinstance(found, dict) else [found]
            vectors += chain.from_iterable(rows for rows in kinds[:1] if isinstance(rows, list))
            tokens += count(mapping(mapping(told.get("meta")).get("billed_units")), "input_tokens")
        return answer(model, wish, vectors, tokens)

    @override
    def transcribe(self, model: str, file: Upload, wish: Wish) -> Steps[Transcript | str | Call]:
        kept = {name: value for name, value in wish.items() if name not in {"response_format", "stream"}}
        fields = [pair for name, value in {"model": model, **kept}.items() for pair in flat(name, value)]
        told = (yield Call("/v2/audio/transcriptions", form=(*fields, ("file", file)))).object()
        heard = shaped(Transcription, told)
        return heard.text if wish.get("response_format") == "text" else heard
