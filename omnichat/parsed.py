"""Answers as instances of classes, the way OpenAI's ``parse`` returns them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from omnichat.answers import ChatCompletion, ChatCompletionMessage, Function, ToolCall
from omnichat.errors import ServerError

FENCE = re.compile(r"^\s*```(?:json)?\s*(.*?)\s*```\s*$", re.DOTALL)  # what models without a JSON mode like to add


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFunction(Function):
    """The function a model wants called; ``parsed_arguments`` are there if its tool is strict."""

    parsed_arguments: Any = None


def is_shape(wished: object) -> bool:
    """Return whether ``wished`` is a class that answers can be instances of, as those of pydantic are."""
    return hasattr(wished, "model_json_schema") and hasattr(wished, "model_validate_json")


def instance(model: str, shape: Any, text: str) -> Any:
    """Return the text as an instance of ``shape``; raise a ``ServerError`` of the model's provider if it is none."""
    try:
        return shape.model_validate_json(FENCE.sub(r"\1", text))
    except ValueError as error:
        provider, _, _ = model.partition("/")
        raise ServerError(f"sent an answer that is no {shape.__name__}: {error}", provider=provider) from error


def arguments(model: str, tools: Sequence[Any], name: str, text: str) -> Any:
    """Return the arguments for the tool of that name: as JSON if it is strict, as an instance if it knows a class."""
    described = [tool.get("function", tool) for tool in tools if isinstance(tool, Mapping)]
    tool: Mapping[str, Any] = next((one for one in described if one.get("name") == name), {})
    shape = getattr(tool, "model", None)  # what the helpers of OpenAI's library make of a class
    if is_shape(shape):
        return instance(model, shape, text)
    if tool.get("strict") is not True:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        provider, _, _ = model.partition("/")
        raise ServerError(f"sent arguments for {name} that are no JSON", provider=provider) from error


def with_arguments(answer: ChatCompletion, tools: Sequence[Any]) -> ChatCompletion:
    """Return the answer with the arguments of its tool calls parsed."""

    def parsed(call: ToolCall) -> ToolCall:
        name, text = call.function.name, call.function.arguments
        given = arguments(answer.model, tools, name, text)
        return replace(call, function=ParsedFunction(name=name, arguments=text, parsed_arguments=given))

    def heard(message: ChatCompletionMessage) -> ChatCompletionMessage:
        calls = message.tool_calls
        return replace(message, tool_calls=[parsed(call) for call in calls]) if calls else message

    return replace(answer, choices=[replace(choice, message=heard(choice.message)) for choice in answer.choices])
