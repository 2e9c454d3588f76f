"""What Amazon Bedrock is spared when a model turns out not to take it."""

from __future__ import annotations

from typing import Any

import pytest

from omnichat.errors import BadRequestError, ServerError
from omnichat.messages import ChatRequest, JsonFormat, Message, Tool
from omnichat.provider import Call
from omnichat.registry import every_provider

DIALECT = every_provider()["bedrock"].dialect
CLAUDE = "us.anthropic.claude-sonnet-5-v1:0"
OLDER = "anthropic.claude-sonnet-4-5-20250929-v1:0"
HI = (Message.of("user", "Hi"),)
TIDE = Tool(name="get_tide", description="The tide.", parameters={"type": "object", "properties": {}}, strict=True)


def call(model: str = CLAUDE, **options: Any) -> Call:
    return DIALECT.chat(ChatRequest(**{"model": model, "messages": HI, **options}))


def refused(message: str) -> BadRequestError:
    return BadRequestError(message, provider="bedrock", status=400, code="ValidationException")


@pytest.mark.parametrize(
    ("message", "lost"),
    [
        ("The model is unsupported for streaming.", "converse-stream"),
        ("This model doesn't support tool use in streaming mode.", "converse-stream"),
        ("`temperature` and `top_p` cannot both be specified for this model.", "topP"),
        ("This model doesn't support the stopSequences field. Remove stopSequences and try again.", "stopSequences"),
        ("This model doesn't support the toolConfig.toolChoice.any field.", "toolChoice"),
        ("temperature is deprecated for this model.", "temperature"),
        ("This model does not support the outputConfig field.", "textFormat"),
        ("extraneous key [thinking] is not permitted", "thinking"),
    ],
)
def test_what_a_model_turns_out_not_to_take_is_spared(message: str, lost: str) -> None:
    first = call(
        OLDER,
        temperature=0.1,
        top_p=0.2,
        stop=("END",),
        tools=(TIDE,),
        tool_choice="required",
        response_format=JsonFormat(schema={"type": "object"}),
        extra={"thinking": {"type": "enabled", "budget_tokens": 2000}},
    )
    simpler = DIALECT.simpler(first, refused(message))
    assert simpler is not None
    assert lost in first.path + str(first.json)
    assert lost not in simpler.path + str(simpler.json)
    assert lost != "textFormat" or "JSON schema" in str(simpler.json)
    others = {"temperature", "topP", "stopSequences", "toolChoice", "textFormat", "thinking"} - {lost}
    assert all(name in str(simpler.json) for name in others)


def test_nothing_is_spared_of_a_strict_request_or_for_another_reason() -> None:
    strict = call(temperature=0.1, strict=True)
    assert DIALECT.simpler(strict, refused("temperature is deprecated for this model.")) is None
    streamless = DIALECT.simpler(strict, refused("The model is unsupported for streaming."))
    assert streamless is not None
    assert streamless.path.endswith("/converse")
    assert DIALECT.simpler(call(temperature=0.1), refused("The prompt is unfit.")) is None
    assert DIALECT.simpler(call(), refused("This model doesn't support system messages.")) is None
    assert DIALECT.simpler(call(temperature=0.1), ServerError("temperature unsupported", provider="")) is None
