"""What answers have cost, as far as prices are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from omnichat.deltas import UsageDelta
from omnichat.model_facts import cost
from services.chats.replies import ModelReply


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Tokens in and out, and US dollars, None where no price is known for any of it."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None


def cost_of(reply: ModelReply) -> float | None:
    """Return US dollars, about that while the provider has not counted; None where no price is known."""
    count = reply.output_tokens or reply.pieces
    if not count and not reply.input_tokens:
        return None
    return _cost(reply.model, reply.input_tokens, count, reply.cached_tokens)


def sum_of(replies: Iterable[ModelReply]) -> Sum:
    """Return what these answers took together, versions that failed included."""
    tokens_in = tokens_out = 0
    known = list[float]()
    for reply in replies:
        tokens_in += reply.input_tokens
        tokens_out += reply.output_tokens or reply.pieces
        if (spent := cost_of(reply)) is not None:
            known.append(spent)
    return Sum(tokens_in=tokens_in, tokens_out=tokens_out, cost=sum(known) if known else None)


@lru_cache(maxsize=8192)
def _cost(model: str, tokens_in: int, tokens_out: int, cached: int) -> float | None:
    return cost(model, UsageDelta(input_tokens=tokens_in, output_tokens=tokens_out, cached_tokens=cached))
