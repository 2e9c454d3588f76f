"""Answers of the Responses API under OpenAI's attribute names."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from typing_extensions import override

from omnichat.answers import Answer
from omnichat.wire_json import count, mapping, mappings, words

OVER = {f"response.{end}" for end in ("completed", "incomplete", "failed", "cancelled", "canceled")}

USUAL = frozenset(
    (
        *("background", "completed_at", "conversation", "instructions", "max_output_tokens", "max_tool_calls"),
        *("metadata", "parallel_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "reasoning"),
        *("safety_identifier", "service_tier", "store", "temperature", "text", "tool_choice", "tools", "top_logprobs"),
        *("top_p", "truncation", "user"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Answer):
    """Something a provider sent: all of it in ``raw``, and under its own names as attributes.

    Attributes that OpenAI knows are ``None`` where a provider left them out.
    """

    usual: ClassVar[frozenset[str]] = frozenset()

    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __getattr__(self, name: str) -> Any:
        """Return what was sent under ``name``."""
        if name != "raw" and not name.startswith("__"):
            if name in self.raw:
                return _wrapped(self.raw[name])
            if name in self.usual:
                return None
        raise AttributeError(f"{type(self).__name__} has no {name!r}")

    @override
    def model_dump(self, *, exclude_none: bool = False) -> dict[str, Any]:
        raw = deepcopy(dict(self.raw))
        return {name: value for name, value in raw.items() if value is not None} if exclude_none else raw


def _wrapped(value: Any) -> Any:
    if isinstance(value, list):
        return [_wrapped(inner) for inner in value]
    return Told(raw=value) if isinstance(value, dict) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseOutputText(Told):
    """Words of the answer; ``annotations`` say where they come from."""

    text: str
    annotations: list[Told]
    type: str = "output_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseOutputRefusal(Told):
    """Words with which a model refuses."""

    refusal: str
    type: str = "refusal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseOutputMessage(Told):
    """What the model said."""

    usual = frozenset({"phase"})

    id: str
    content: list[ResponseOutputText | ResponseOutputRefusal]
    status: str
    role: str = "assistant"
    type: str = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFunctionToolCall(Told):
    """A call the model wants made; ``arguments`` is a JSON object, as text."""

    id: str
    call_id: str
    name: str
    arguments: str
    status: str
    type: str = "function_call"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseReasoningItem(Told):
    """What the model thought: in short, as it is, or sealed; whichever the provider gives."""

    id: str
    summary: list[Told]
    content: list[Told] | None = None
    encrypted_content: str | None = None
    status: str = ""
    type: str = "reasoning"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseItem(Told):
    """Anything else in an answer, such as a search that the provider made."""

    id: str
    type: str
    status: str = ""


OutputItem: TypeAlias = ResponseOutputMessage | ResponseFunctionToolCall | ResponseReasoningItem | ResponseItem


@dataclass(frozen=True, slots=True, kw_only=True)
class InputTokensDetails(Answer):
    """What the tokens of the input include."""

    cached_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputTokensDetails(Answer):
    """What the tokens of the output include."""

    reasoning_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseUsage(Told):
    """Tokens, as the provider counted them."""

    input_tokens: int
    output_tokens: int
    total_tokens: int
    input_tokens_details: InputTokensDetails
    output_tokens_details: OutputTokensDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Told):
    """A whole answer; ``status`` is ``completed``, ``incomplete``, ``failed``, ``queued`` or ``in_progress``."""

    usual = USUAL

    id: str
    model: str
    status: str
    output: list[OutputItem]
    created_at: float = 0
    usage: ResponseUsage | None = None
    error: Told | None = None
    incomplete_details: Told | None = None
    object: str = "response"

    @property
    def output_text(self) -> str:
        """The words of all messages, joined."""
        messages = [item for item in self.output if isinstance(item, ResponseOutputMessage)]
        parts = [part for message in messages for part in message.content]
        return "".join(part.text for part in parts if isinstance(part, ResponseOutputText))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseStreamEvent(Told):
    """One event of an answer on its way; its other fields, such as ``item_id``, are attributes too."""

    type: str
    sequence_number: int = 0
    delta: str = ""
    item: OutputItem | None = None
    response: Response | None = None

    @property
    def begun(self) -> bool:
        """Whether this is a piece of the answer."""
        return self.type.endswith(".delta")

    @property
    def over(self) -> bool:
        """Whether this is the last event."""
        return self.type in OVER


def read_event(news: Mapping[str, Any], kind: str) -> ResponseStreamEvent:
    """Return an event as it was sent."""
    item, response = mapping(news.get("item")), mapping(news.get("response"))
    return ResponseStreamEvent(
        type=kind,
        sequence_number=count(news, "sequence_number"),
        delta=words(news.get("delta")),
        item=read_item(item) if item else None,
        response=read_response(response) if response else None,
        raw=news,
    )


def read_response(told: Mapping[str, Any]) -> Response:
    """Return a whole answer as it was sent."""
    error, incomplete, usage = (mapping(told.get(name)) for name in ("error", "incomplete_details", "usage"))
    return Response(
        id=words(told.get("id")),
        model=words(told.get("model")),
        status=words(told.get("status")),
        output=[read_item(item) for item in mappings(told.get("output"))],
        created_at=count(told, "created_at"),
        usage=_usage(usage) if usage else None,
        error=Told(raw=error) if error else None,
        incomplete_details=Told(raw=incomplete) if incomplete else None,
        raw=told,
    )


def read_item(told: Mapping[str, Any]) -> OutputItem:
    """Return one item of an answer as it was sent."""
    name, status = words(told.get("id")), words(told.get("status"))
    match told.get("type"):
        case "message":
            content = [_part(part) for part in mappings(told.get("content"))]
            return ResponseOutputMessage(id=name, status=status, content=content, raw=told)
        case "function_call":
            arguments, call, function = (words(told.get(key)) for key in ("arguments", "call_id", "name"))
            return ResponseFunctionToolCall(
                id=name, status=status, call_id=call, name=function, arguments=arguments, raw=told
            )
        case "reasoning":
            return ResponseReasoningItem(
                id=name,
                status=status,
                summary=[Told(raw=part) for part in mappings(told.get("summary"))],
                content=[Told(raw=part) for part in mappings(told["content"])] if told.get("content") else None,
                encrypted_content=words(told.get("encrypted_content")) or None,
                raw=told,
            )
    return ResponseItem(id=name, status=status, type=words(told.get("type")), raw=told)


def _part(told: Mapping[str, Any]) -> ResponseOutputText | ResponseOutputRefusal:
    if told.get("type") == "refusal":
        return ResponseOutputRefusal(refusal=words(told.get("refusal")), raw=told)
    annotations = [Told(raw=annotation) for annotation in mappings(told.get("annotations"))]
    return ResponseOutputText(text=words(told.get("text")), annotations=annotations, raw=told)


def _usage(told: Mapping[str, Any]) -> ResponseUsage:
    given, made = count(told, "input_tokens"), count(told, "output_tokens")
    cached = count(mapping(told.get("input_tokens_details")), "cached_tokens")
    thought = count(mapping(told.get("output_tokens_details")), "reasoning_tokens")
    return ResponseUsage(
        input_tokens=given,
        output_tokens=made,
        total_tokens=count(told, "total_tokens") or given + made,
        input_tokens_details=InputTokensDetails(cached_tokens=cached),
        output_tokens_details=OutputTokensDetails(reasoning_tokens=thought),
        raw=told,
    )
