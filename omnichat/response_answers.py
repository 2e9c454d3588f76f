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
        *("background", "created_at", "completed_at", "error", "incomplete_details", "instructions", "metadata"),
        *("max_output_tokens", "parallel_tool_calls", "previous_response_id", "reasoning", "service_tier", "store"),
        *("temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user"),
    )
)


@dataclass(frozen=True, slots=True)
class Told(Answer):
    """Something a provider sent: all of it in ``raw``, and under its own names as attributes.

    Attributes that OpenAI knows are ``None`` where a provider left them out.
    """

    usual: ClassVar[frozenset[str]] = frozenset()

    raw: Mapping[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        """Return what was sent under ``name``."""
        if name != "raw" and not name.startswith("__"):
            if name in self.raw:
                return _wrapped(self.raw[name])
            if name in self.usual:
                return None
        raise AttributeError(f"{type(self).__name__} has no {name!r}")

    @property
    def id(self) -> str:
        """The name that the provider gave it."""
        return words(self.raw.get("id"))

    @property
    def type(self) -> str:
        """What it is."""
        return words(self.raw.get("type"))

    @property
    def status(self) -> str:
        """How far it is: ``completed``, ``in_progress``, ``incomplete``, ``failed`` or ``queued``."""
        return words(self.raw.get("status"))

    @override
    def model_dump(self, *, exclude_none: bool = False) -> dict[str, Any]:
        raw = deepcopy(dict(self.raw))
        return {name: value for name, value in raw.items() if value is not None} if exclude_none else raw

    def _words(self, name: str) -> str:
        return words(self.raw.get(name))

    def _parts(self, name: str) -> list[Told]:
        return [Told(part) for part in mappings(self.raw.get(name))]


def _wrapped(value: Any) -> Any:
    if isinstance(value, list):
        return [_wrapped(inner) for inner in value]
    return Told(value) if isinstance(value, dict) else value


class ResponseOutputText(Told):
    """Words of the answer; ``annotations`` say where they come from."""

    __slots__ = ()

    @property
    def text(self) -> str:
        """The words."""
        return self._words("text")

    @property
    def annotations(self) -> list[Told]:
        """Where they come from."""
        return self._parts("annotations")


class ResponseOutputRefusal(Told):
    """Words with which a model refuses."""

    __slots__ = ()

    @property
    def refusal(self) -> str:
        """The words."""
        return self._words("refusal")


class ResponseOutputMessage(Told):
    """What the model said."""

    __slots__ = ()
    usual = frozenset({"phase"})

    @property
    def role(self) -> str:
        """Who said it."""
        return self._words("role") or "assistant"

    @property
    def content(self) -> list[ResponseOutputText | ResponseOutputRefusal]:
        """What was said."""
        parts = mappings(self.raw.get("content"))
        return [
            (ResponseOutputRefusal if part.get("type") == "refusal" else ResponseOutputText)(part) for part in parts
        ]


class ResponseFunctionToolCall(Told):
    """A call the model wants made."""

    __slots__ = ()

    @property
    def call_id(self) -> str:
        """What the result has to name."""
        return self._words("call_id")

    @property
    def name(self) -> str:
        """The function."""
        return self._words("name")

    @property
    def arguments(self) -> str:
        """A JSON object, as text."""
        return self._words("arguments")


class ResponseReasoningItem(Told):
    """What the model thought: in short, as it is, or sealed; whichever the provider gives."""

    __slots__ = ()

    @property
    def summary(self) -> list[Told]:
        """The thoughts in short."""
        return self._parts("summary")

    @property
    def content(self) -> list[Told] | None:
        """The thoughts as they are."""
        return self._parts("content") or None

    @property
    def encrypted_content(self) -> str | None:
        """The thoughts sealed, to be given back with the next question."""
        return self._words("encrypted_content") or None


class ResponseItem(Told):
    """Anything else in an answer, such as a search that the provider made."""

    __slots__ = ()


OutputItem: TypeAlias = ResponseOutputMessage | ResponseFunctionToolCall | ResponseReasoningItem | ResponseItem
ITEMS: Mapping[str, type[OutputItem]] = {
    "message": ResponseOutputMessage,
    "function_call": ResponseFunctionToolCall,
    "reasoning": ResponseReasoningItem,
}


class TokensDetails(Told):
    """What tokens include."""

    __slots__ = ()

    @property
    def cached_tokens(self) -> int:
        """Those of the input that were read from a cache."""
        return count(self.raw, "cached_tokens")

    @property
    def reasoning_tokens(self) -> int:
        """Those of the output that were thoughts."""
        return count(self.raw, "reasoning_tokens")


class ResponseUsage(Told):
    """Tokens, as the provider counted them."""

    __slots__ = ()

    @property
    def input_tokens(self) -> int:
        """Those of what was asked."""
        return count(self.raw, "input_tokens")

    @property
    def output_tokens(self) -> int:
        """Those of the answer, thoughts included."""
        return count(self.raw, "output_tokens")

    @property
    def total_tokens(self) -> int:
        """Both together."""
        return count(self.raw, "total_tokens") or self.input_tokens + self.output_tokens

    @property
    def input_tokens_details(self) -> TokensDetails:
        """What those of the input include."""
        return TokensDetails(mapping(self.raw.get("input_tokens_details")))

    @property
    def output_tokens_details(self) -> TokensDetails:
        """What those of the output include."""
        return TokensDetails(mapping(self.raw.get("output_tokens_details")))


class Response(Told):
    """A whole answer."""

    __slots__ = ()
    usual = USUAL

    @property
    def model(self) -> str:
        """Who answered, as the provider calls it."""
        return self._words("model")

    @property
    def output(self) -> list[OutputItem]:
        """What the model said, thought and wants done."""
        return [read_item(item) for item in mappings(self.raw.get("output"))]

    @property
    def output_text(self) -> str:
        """The words of all messages, joined."""
        messages = [item for item in self.output if isinstance(item, ResponseOutputMessage)]
        parts = [part for message in messages for part in message.content]
        return "".join(part.text for part in parts if isinstance(part, ResponseOutputText))

    @property
    def usage(self) -> ResponseUsage | None:
        """The tokens, if they were counted."""
        return ResponseUsage(used) if (used := mapping(self.raw.get("usage"))) else None


class ResponseStreamEvent(Told):
    """One event of an answer on its way; its other fields, such as ``item_id``, are attributes too."""

    __slots__ = ()

    @property
    def sequence_number(self) -> int:
        """Its place among the events."""
        return count(self.raw, "sequence_number")

    @property
    def delta(self) -> str:
        """A piece of text, of arguments or of thoughts; what it is the ``type`` says."""
        return self._words("delta")

    @property
    def item(self) -> OutputItem | None:
        """The item that begins or ends."""
        return read_item(item) if (item := mapping(self.raw.get("item"))) else None

    @property
    def response(self) -> Response | None:
        """The whole answer so far."""
        return Response(response) if (response := mapping(self.raw.get("response"))) else None

    @property
    def begun(self) -> bool:
        """Whether this is a piece of the answer."""
        return self.type.endswith(".delta")

    @property
    def over(self) -> bool:
        """Whether this is the last event."""
        return self.type in OVER


def read_item(told: Mapping[str, Any]) -> OutputItem:
    """Return one item of an answer as it was sent."""
    return ITEMS.get(words(told.get("type")), ResponseItem)(told)
