"""``client.completions``, as OpenAI's client has it.

See https://platform.openai.com/docs/api-reference/completions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, overload

from omnichat.capabilities import Capability
from omnichat.desk import Desk, Order
from omnichat.endpoint_answers import Completion
from omnichat.fallback import ModelNames
from omnichat.pieces import AsyncPieces
from omnichat.provider import Call

Prompt = str | Sequence[str] | Sequence[int] | Sequence[Sequence[int]]


class AsyncTextCompletions:
    """Texts that go on from a prompt, without any roles."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @overload
    async def create(
        self, *, model: ModelNames, prompt: Prompt, stream: Literal[False] = False, **options: Any
    ) -> Completion: ...
    @overload
    async def create(
        self, *, model: ModelNames, prompt: Prompt, stream: Literal[True], **options: Any
    ) -> AsyncPieces[Completion]: ...
    @overload
    async def create(
        self, *, model: ModelNames, prompt: Prompt, stream: bool, **options: Any
    ) -> Completion | AsyncPieces[Completion]: ...
    async def create(
        self, *, model: ModelNames, prompt: Prompt, stream: bool = False, **options: Any
    ) -> Completion | AsyncPieces[Completion]:
        """Return how the text goes on, or, with ``stream``, its pieces as soon as the first one is there.

        Raise an ``UnsupportedError`` if the provider offers no such thing, and a ``ProviderError`` if it refuses or
        fails.
        """
        wish = {"prompt": prompt, **({"stream": True} if stream else {}), **options}
        return await self._desk.first_of(model, Capability.COMPLETIONS, wish, self._complete)

    async def _complete(self, order: Order) -> Completion | AsyncPieces[Completion]:
        made = await self._desk.run(order, order.endpoints.complete(order.model, order.wish))
        if not isinstance(made, Call):
            return replace(made, model=order.name)

        def read(news: Mapping[str, Any]) -> Completion:
            return replace(order.endpoints.completion(order.model, news), model=order.name)

        return await self._desk.stream(order, made, read, _is_last)


def _is_last(piece: Completion) -> bool:
    return any(choice.finish_reason for choice in piece.choices)
