"""``client.embeddings``, as OpenAI's client has it.

See https://platform.openai.com/docs/api-reference/embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from omnichat.capabilities import Capability
from omnichat.desk import Desk
from omnichat.endpoint_answers import CreateEmbeddingResponse


class AsyncEmbeddings:
    """Texts as vectors."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(
        self, *, model: str, input: str | Sequence[str] | Sequence[int] | Sequence[Sequence[int]], **options: Any
    ) -> CreateEmbeddingResponse:
        """Return a vector for each text of ``input``, in order.

        ``options`` are OpenAI's: ``dimensions``, and ``encoding_format``, ``float`` or ``base64``.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        order = self._desk.order(model, Capability.EMBEDDINGS, {"input": input, **options})
        found = await self._desk.run(order, order.endpoints.embed(order.model, order.wish))
        return replace(found, model=model)
