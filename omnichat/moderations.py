"""``client.moderations``, as OpenAI's client has it.

See https://platform.openai.com/docs/api-reference/moderations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from omnichat.capabilities import Capability
from omnichat.desk import Desk, Order
from omnichat.endpoint_answers import ModerationCreateResponse
from omnichat.fallback import ModelNames


class AsyncModerations:
    """What is wrong with texts and pictures."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(
        self,
        *,
        input: str | Sequence[str] | Sequence[Mapping[str, Any]],
        model: ModelNames = "openai/omni-moderation-latest",
        **options: Any,
    ) -> ModerationCreateResponse:
        """Return what is wrong with each text, or with texts and pictures together.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """

        async def moderate(order: Order) -> ModerationCreateResponse:
            judged = await self._desk.run(order, order.endpoints.moderate(order.model, order.wish))
            return replace(judged, model=order.name)

        return await self._desk.first_of(model, Capability.MODERATION, {"input": input, **options}, moderate)
