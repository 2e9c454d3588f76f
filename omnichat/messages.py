"""What is said to a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Role: TypeAlias = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class TextPart:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture: an ``https:`` address, or ``data:<media type>;base64,<data>``."""

    url: str


@dataclass(frozen=True, slots=True)
class FilePart:
    """A document, such as a PDF, as ``data:<media type>;base64,<data>``."""

    url: str
    name: str


Part: TypeAlias = TextPart | ImagePart | FilePart


@dataclass(frozen=True, slots=True)
class Message:
    """One utterance of one speaker."""

    role: Role
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, role: Role, text: str) -> Message:
        """Return a message that is only words."""
        return cls(role, (TextPart(text),))

    @property
    def text(self) -> str:
        """The words of all text parts, joined."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """All that a provider needs to answer once.

    ``model`` is ``provider/model`` for callers of the client, and bare once it reaches a dialect.
    ``extra`` goes into the request body as it is, for what only one provider knows.
    """

    model: str
    messages: tuple[Message, ...]
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
