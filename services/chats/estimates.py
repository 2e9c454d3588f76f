"""What a prompt may cost before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from omnichat.messages import Message
from omnichat.prices import Prices
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.histories import context_of, messages_of

PriceOf: TypeAlias = Callable[[str], Prices | None]
BYTES_A_TOKEN = 4
USUAL_ANSWER = 600  # tokens, where the conversation has no answer yet to go by


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """About how much one lane takes: tokens in and out, and US dollars, None where no price is known."""

    lane: Lane
    tokens_in: int
    tokens_out: int
    cost: float | None


class OverCapError(ValueError):
    """A prompt may cost more than the cap of its conversation."""


def estimates(conversation: Conversation, lanes: Sequence[Lane], prompt: str, price_of: PriceOf) -> list[Estimate]:
    """Return an estimate for each lane that would answer ``prompt`` now."""
    turn = Turn(prompt=prompt, parent=conversation.head)
    found = []
    for lane in lanes:
        context = context_of(conversation, lane, turn, conversation.settings.mode)
        messages = messages_of(conversation, context, prompt, lane.parameters.system_prompt)
        found.append(estimate(lane, messages, _usual_answer(conversation, lane), price_of))
    return found


def estimate(lane: Lane, messages: Sequence[Message], tokens_out: int, price_of: PriceOf) -> Estimate:
    """Return about what ``lane`` takes to answer ``messages`` with so many tokens."""
    tokens_in = sum(-(-len(message.text.encode("utf-8", "replace")) // BYTES_A_TOKEN) for message in messages)
    tokens_out = min(tokens_out, lane.parameters.max_tokens or tokens_out)
    cost = price(price_of(lane.model), tokens_in, tokens_out)
    return Estimate(lane=lane, tokens_in=tokens_in, tokens_out=tokens_out, cost=cost)


def price(prices: Prices | None, tokens_in: float, tokens_out: float, cached: float = 0) -> float | None:
    """Return US dollars, or None where a price is not known; ``cached`` of ``tokens_in`` came from a cache."""
    if prices is None or prices.input is None or prices.output is None:
        return None
    again = prices.input if prices.cached is None else prices.cached
    return (tokens_in - cached) * prices.input + cached * again + tokens_out * prices.output


def total(found: Sequence[Estimate]) -> float:
    """Return the US dollars of all whose price is known."""
    return sum(each.cost or 0 for each in found)


def within_cap(found: Sequence[Estimate], cap: float) -> list[Estimate]:
    """Return the estimates without the dearest lanes, until the rest costs no more than ``cap``."""
    kept = list(found)
    while kept and total(kept) > cap:
        kept.remove(max(kept, key=lambda each: each.cost or 0))
    return kept


def _usual_answer(conversation: Conversation, lane: Lane) -> int:
    """Return the mean length of the lane's own answers so far, in tokens."""
    lengths = [
        reply.output_tokens or len(reply.text) // BYTES_A_TOKEN
        for turn in conversation.path
        for reply in turn.replies.get(lane.uid, ())
        if reply.state.over and reply.text
    ]
    return sum(lengths) // len(lengths) if lengths else USUAL_ANSWER
