"""What is said to a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]
Effort: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]


@dataclass(frozen=True, slots=True)
class TextPart:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture: an ``https:`` address, or ``data:<media type>;base64,<data>``; ``detail`` as OpenAI has it."""

    url: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A document, such as a PDF, as ``data:<media type>;base64,<data>``, or the id of one stored at the provider."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class AudioPart:
    """Sound, as ``data:audio/wav;base64,…`` or ``data:audio/mpeg;base64,…``."""

    url: str


Part: TypeAlias = TextPart | ImagePart | FilePart | AudioPart


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call that the assistant asked for; ``arguments`` is a JSON object, as text."""

    id: str
    name: str
    arguments: str = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One utterance of one speaker.

    ``tool_calls`` stand in a message of the assistant; a message of a tool answers the call ``tool_call_id``.
    ``provider_data`` is what the assistant's provider wants back unchanged, such as signed reasoning; other providers
    leave it out.
    """

    role: Role
    parts: tuple[Part, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    provider_data: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, role: Role, text: str) -> Message:
        """Return a message that is only words."""
        return cls(role=role, parts=(TextPart(text),))

    @property
    def text(self) -> str:
        """The words of all text parts, joined."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that the model may ask to be called; ``parameters`` is a JSON schema of its arguments."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    strict: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonFormat:
    """The answer shall be JSON: any object, or, with a ``schema``, one that fits it."""

    schema: Mapping[str, Any] | None = None
    name: str = "answer"
    strict: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """All that a provider needs to answer once.

    ``model`` is ``provider/model`` for callers of the client, and bare once it reaches a dialect; ``fallbacks`` are
    further ones, asked in turn as long as none has begun to answer.
    ``tool_choice`` is ``auto``, ``none``, ``required`` or the name of a tool; ``effort`` how long the model may think;
    ``logprobs`` how many alternatives of each token to tell; ``search_options`` are OpenAI's, of a web search. What a
    model does not take is left out, or, with ``strict``, an ``UnsupportedError``. ``extra`` goes into the request body
    as it is, ``headers`` and ``query`` into the request to the first model.
    """

    model: str
    messages: tuple[Message, ...]
    fallbacks: tuple[str, ...] = ()
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    tools: tuple[Tool, ...] = ()
    tool_choice: str = ""
    parallel_tool_calls: bool | None = None
    response_format: JsonFormat | None = None
    effort: Effort | None = None
    logprobs: int | None = None
    web_search: bool = False
    search_options: Mapping[str, Any] = field(default_factory=dict)
    strict: bool = False
    extra: dict[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict)
