"""Where wishes beside chat come in: find the provider, see that it can, and ask it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from omnichat.capabilities import Capability
from omnichat.courier import Courier
from omnichat.errors import ConnectionFailedError, UnsupportedError
from omnichat.fallback import ModelNames, first_of, named, started
from omnichat.pieces import AsyncPieces, BinaryAnswer
from omnichat.provider import Call, Endpoints, Provider, ServerEvent, Steps
from omnichat.refusals import refusal
from omnichat.registry import provider_named, split
from omnichat.target import NOWHERE_ELSE, Reach, Target
from omnichat.wire_json import read_object

T = TypeVar("T")
FOR_THE_FIRST = {"key", "base_url"}
OURS = {"extra_body", "extra_headers", "extra_query", "timeout", *FOR_THE_FIRST}


class Finder(Protocol):
    """Who knows where a provider is."""

    def __call__(
        self, provider: Provider, model: str, reach: Reach = NOWHERE_ELSE, *, embeds: bool = False
    ) -> Awaitable[Target]:
        """Return whom to call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A wish, taken apart: ``name`` is the model as the caller wrote it, ``model`` as the provider does."""

    provider: Provider
    name: str
    model: str
    needed: Capability
    wish: Mapping[str, Any]
    options: Mapping[str, Any] = field(repr=False)

    @property
    def endpoints(self) -> Endpoints:
        """What the provider has."""
        return self.provider.endpoints

    def dressed(self, call: Call) -> Call:
        """Return ``call`` with the headers and the query that the caller wants added."""
        return call.dressed(self.options.get("extra_headers") or {}, self.options.get("extra_query") or {})


class Desk:
    """Take orders, and have them carried out."""

    def __init__(self, find: Finder, courier: Courier) -> None:
        self._find = find
        self._courier = courier

    async def first_of(
        self,
        models: ModelNames,
        needed: Capability,
        wish: Mapping[str, Any],
        carry_out: Callable[[Order], Awaitable[T]],
    ) -> T:
        """Return what ``carry_out`` makes of the order for the first of the models that begins to answer.

        A provider that does not offer what is ``needed`` is an ``UnsupportedError``. A key and an address in the wish
        belong to the first model, and are not given to the others.
        """
        first = named(models)[0]

        async def ask(name: str) -> T:
            provider, model = split(name)
            own = wish if name == first else {key: value for key, value in wish.items() if key not in FOR_THE_FIRST}
            return await carry_out(self._order(provider, name, model, needed, own))

        return await first_of(models, ask)

    def order_from(self, provider_name: str, what: str, wish: Mapping[str, Any]) -> Order:
        """Return the order of something stored at a provider's."""
        return self._order(provider_named(provider_name), f"{provider_name}/{what}", "", Capability.STORAGE, wish)

    async def run(self, order: Order, steps: Steps[T], *, heavy: bool = False) -> T:
        """Return what ``steps`` return."""
        return await self._courier.run(await self._target(order), _dressed(order, steps), heavy=heavy)

    async def stream(
        self, order: Order, call: Call, read: Callable[[dict[str, Any]], T], is_last: Callable[[T], bool]
    ) -> AsyncPieces[T]:
        """Return the pieces that ``read`` makes of an answer's events, as soon as the first one is there."""
        pieces = self._courier.tell(await self._target(order), call, lambda events: _read(events, read, is_last))
        return AsyncPieces(await started(pieces))

    async def pieces(self, order: Order, made: bytes | Call) -> AsyncGenerator[bytes, None]:
        """Yield the bytes that were made, or those of the answer to a call."""
        if isinstance(made, bytes):
            yield made
            return
        async with aclosing(self._courier.pieces(await self._target(order), made)) as pieces:
            async for piece in pieces:
                yield piece

    async def whole(self, order: Order, made: bytes | Call) -> BinaryAnswer:
        """Return the bytes that were made, or those of the answer to a call."""
        return BinaryAnswer(
            b"".join([piece async for piece in self.pieces(order, made)]), model=order.model and order.name
        )

    def _order(self, provider: Provider, name: str, model: str, needed: Capability, wish: Mapping[str, Any]) -> Order:
        if missing := needed & ~provider.endpoints.offers:
            raise UnsupportedError(name, missing)
        asked = {key: value for key, value in wish.items() if key not in OURS and value is not None}
        return Order(
            provider=provider,
            name=name,
            model=model,
            needed=needed,
            wish={**asked, **(wish.get("extra_body") or {})},
            options={key: value for key, value in wish.items() if key in OURS},
        )

    async def _target(self, order: Order) -> Target:
        embeds = order.needed is Capability.EMBEDDINGS
        reach = Reach(key=order.options.get("key"), base_url=order.options.get("base_url"))
        return await self._find(order.provider, order.model, reach, embeds=embeds)


def _dressed(order: Order, steps: Steps[T]) -> Steps[T]:
    try:
        call = next(steps)
        while True:
            call = steps.send((yield order.dressed(call)))
    except StopIteration as end:
        result: T = end.value
        return order.dressed(result) if isinstance(result, Call) else result  # type: ignore[return-value]  # T is Call


async def _read(
    events: AsyncIterator[ServerEvent], read: Callable[[dict[str, Any]], T], is_last: Callable[[T], bool]
) -> AsyncGenerator[T, None]:
    over = False
    async for event in events:
        if event.data.strip() == "[DONE]":
            return
        news = read_object(event.data)
        if news.get("error") or event.name == "error":
            raise refusal(event.data)
        piece = read(news)
        over = over or is_last(piece)
        yield piece
    if not over:
        raise ConnectionFailedError("the answer broke off", provider="")
