"""Answers of the Responses API as instances of classes, the way OpenAI's ``parse`` returns them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from typing_extensions import override

from omnichat.parsed import arguments, instance
from omnichat.response_answers import (
    OutputItem,
    Response,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
)

T = TypeVar("T")
FINAL = {None, "final_answer"}


@dataclass(frozen=True, slots=True)
class ParsedResponseOutputText(ResponseOutputText):
    """Words of the answer, and what they are as an instance of the class that was asked for."""

    parsed: Any = None


@dataclass(frozen=True, slots=True)
class ParsedResponseOutputMessage(ResponseOutputMessage):
    """What the model said, with its words as instances."""

    parts: tuple[ResponseOutputText | ResponseOutputRefusal, ...] = ()

    @property
    @override
    def content(self) -> list[ResponseOutputText | ResponseOutputRefusal]:
        return [*self.parts]


@dataclass(frozen=True, slots=True)
class ParsedResponseFunctionToolCall(ResponseFunctionToolCall):
    """A call the model wants made; ``parsed_arguments`` are there if its tool is strict."""

    parsed_arguments: Any = None


@dataclass(frozen=True, slots=True)
class ParsedResponse(Response, Generic[T]):
    """A whole answer, with its words as instances of the class that was asked for."""

    items: tuple[OutputItem, ...] = ()

    @property
    @override
    def output(self) -> list[OutputItem]:
        return [*self.items]

    @property
    def output_parsed(self) -> T | None:
        """The first instance, if there is one: a refusal is none, nor is a call of a tool."""
        messages = [item for item in self.items if isinstance(item, ParsedResponseOutputMessage)]
        texts = [part for message in messages for part in message.parts if isinstance(part, ParsedResponseOutputText)]
        found: list[T] = [text.parsed for text in texts if text.parsed is not None]
        return found[0] if found else None


def parsed_response(model: str, answer: Response, shape: type[T] | None, tools: Sequence[Any]) -> ParsedResponse[T]:
    """Return the answer of ``model`` with its words and arguments parsed; raise a ``ServerError`` if they misfit."""

    def text(part: ResponseOutputText, phase: str | None) -> ParsedResponseOutputText:
        fits = shape is not None and phase in FINAL
        return ParsedResponseOutputText(part.raw, instance(model, shape, part.text) if fits else None)

    def item(told: OutputItem) -> OutputItem:
        match told:
            case ResponseOutputMessage():
                parts = (
                    text(part, told.phase) if isinstance(part, ResponseOutputText) else part for part in told.content
                )
                return ParsedResponseOutputMessage(told.raw, tuple(parts))
            case ResponseFunctionToolCall():
                given = arguments(model, tools, told.name, told.arguments)
                return ParsedResponseFunctionToolCall(told.raw, given)
        return told

    return ParsedResponse(answer.raw, tuple(item(told) for told in answer.output))
