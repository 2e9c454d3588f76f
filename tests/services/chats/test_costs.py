"""What answers have cost."""

from __future__ import annotations

import pytest

from omnichat.model_facts import facts_about
from services.chats.costs import cost_of, sum_of
from services.chats.replies import ModelReply

PRICED = "openai/gpt-4o"


def reply(model: str = PRICED, *, tokens_in: int = 0, tokens_out: int = 0, pieces: int = 0) -> ModelReply:
    return ModelReply(lane_uid="a", model=model, input_tokens=tokens_in, output_tokens=tokens_out, pieces=pieces)


def test_an_answer_costs_what_its_tokens_cost() -> None:
    facts = facts_about(PRICED)
    assert facts
    assert facts.prices.input is not None
    assert facts.prices.output is not None
    spent = cost_of(reply(tokens_in=1000, tokens_out=100))
    assert spent == pytest.approx(1000 * facts.prices.input + 100 * facts.prices.output)


def test_nothing_is_said_where_no_price_is_known_or_nothing_came() -> None:
    assert cost_of(reply("custom/mine", tokens_in=1000)) is None
    assert cost_of(reply()) is None


def test_the_sum_leaves_out_what_has_no_price_and_counts_all_tokens() -> None:
    priced, free = reply(tokens_in=10, tokens_out=5), reply("custom/mine", tokens_in=1, pieces=2)
    found = sum_of([priced, free])
    assert (found.tokens_in, found.tokens_out) == (11, 7)
    assert found.cost == cost_of(priced)
    assert sum_of([free]).cost is None
