"""``client.embeddings``, as OpenAI's client has it.

See https://platform.openai.com/docs/api-reference/embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from omnichat.capabilities import Capability
from omnichat.desk import Desk, Order
from omnichat.endpoint_answers import CreateEmbeddingResponse
from omnichat.fallback import ModelNames


class AsyncEmbeddings:
    """Texts as vectors."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(
        self, *, model: ModelNames, input: str | Sequence[str] | Sequence[int] | Sequence[Sequence[int]], **options: Any
    ) -> CreateEmbeddingResponse:
        """Return a vector for each text of ``input``, in order.

        Of several models each is asked only if those before it failed; vectors of different models are not alike.
        ``options`` are OpenAI's: ``dimensions``, and ``encoding_format``, ``float`` or ``base64``.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """

        async def embed(order: Order) -> CreateEmbeddingResponse:
            found = await self._desk.run(order, order.endpoints.embed(order.model, order.wish))
            return replace(found, model=order.name)

        return await self._desk.first_of(model, Capability.EMBEDDINGS, {"input": input, **options}, embed)
