"""Answers under OpenAI's attribute names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What all answers can do."""

    def model_dump(self, *, exclude_none: bool = False) -> dict[str, Any]:
        """Return the answer as plain dictionaries and lists."""
        dumped: dict[str, Any] = asdict(self, dict_factory=_plainly)
        return _without_none(dumped) if exclude_none else dumped

    def model_dump_json(self, *, exclude_none: bool = False) -> str:
        """Return the answer as JSON."""
        return json.dumps(self.model_dump(exclude_none=exclude_none), ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTokensDetails(Answer):
    """What the tokens of the prompt include."""

    cached_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionTokensDetails(Answer):
    """What the tokens of the answer include."""

    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionUsage(Answer):
    """Tokens, as the provider counted them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptTokensDetails
    completion_tokens_details: CompletionTokensDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Answer):
    """The function a model wants called; ``arguments`` is a JSON object, as text."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall(Answer):
    """A call the model wants made."""

    id: str
    function: Function
    type: Literal["function"] = "function"


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlCitation(Answer):
    """A source; the indices are the characters of the answer that it backs, if the provider says."""

    url: str
    title: str
    start_index: int | None = None
    end_index: int | None = None
    content: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation(Answer):
    """A source of the answer."""

    url_citation: UrlCitation
    type: Literal["url_citation"] = "url_citation"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopLogprob(Answer):
    """A token that could have stood in another's place; ``logprob`` is a natural logarithm."""

    token: str
    logprob: float
    bytes: list[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogprob(TopLogprob):
    """A token of the answer, how probable it was, and the likeliest in its place."""

    top_logprobs: list[TopLogprob]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceLogprobs(Answer):
    """How probable the tokens of the answer were."""

    content: list[TokenLogprob]
    refusal: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatCompletionMessage(Answer):
    """What the model said; put among the next messages, it brings along the ``provider_data`` its provider wants back.

    ``parsed`` is an instance of the class given as ``response_format``.
    """

    content: str | None
    reasoning_content: str | None = None
    tool_calls: list[ToolCall] | None = None
    role: Literal["assistant"] = "assistant"
    refusal: str | None = None
    annotations: list[Annotation] | None = None
    provider_data: list[dict[str, Any]] | None = None
    parsed: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Answer):
    """One answer; there is only ever the first."""

    message: ChatCompletionMessage
    finish_reason: str
    index: int = 0
    logprobs: ChoiceLogprobs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatCompletion(Answer):
    """A whole answer."""

    id: str
    created: int
    model: str
    choices: list[Choice]
    usage: CompletionUsage | None = None
    object: Literal["chat.completion"] = "chat.completion"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionDelta(Answer):
    """A piece of a function call."""

    name: str | None = None
    arguments: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallPiece(Answer):
    """A piece of a tool call; pieces of one ``index`` belong together."""

    index: int
    id: str | None = None
    function: FunctionDelta
    type: Literal["function"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceDelta(Answer):
    """A piece of what the model says."""

    content: str | None = None
    reasoning_content: str | None = None
    role: Literal["assistant"] | None = None
    tool_calls: list[ToolCallPiece] | None = None
    refusal: str | None = None
    annotations: list[Annotation] | None = None
    provider_data: list[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkChoice(Answer):
    """A piece of the one answer."""

    delta: ChoiceDelta
    finish_reason: str | None = None
    index: int = 0
    logprobs: ChoiceLogprobs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatCompletionChunk(Answer):
    """A piece of an answer; the one with ``usage`` has no choices."""

    id: str
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: CompletionUsage | None = None
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Answer):
    """One model on offer; ``id`` is ``provider/model``."""

    id: str
    owned_by: str
    created: int = 0
    object: Literal["model"] = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelList(Answer):
    """The models on offer."""

    data: list[Model]
    object: Literal["list"] = "list"

    def __iter__(self) -> Iterator[Model]:
        """Return the models one by one."""
        return iter(self.data)


def _plainly(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value.model_dump() if hasattr(value, "model_dump") else value for name, value in pairs}


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if inner is not None}
        return {name: inner if name == "provider_data" else _without_none(inner) for name, inner in kept.items()}
    return [_without_none(inner) for inner in value] if isinstance(value, list) else value
