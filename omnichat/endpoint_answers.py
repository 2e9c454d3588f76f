"""Answers of the endpoints beside chat, under OpenAI's attribute names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from typing_extensions import override

from omnichat.answers import Answer, CompletionUsage

PARTS = {"categories", "category_scores", "category_applied_input_types"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionLogprobs(Answer):
    """How probable the tokens of a text were."""

    text_offset: list[int] | None = None
    token_logprobs: list[float | None] | None = None
    tokens: list[str] | None = None
    top_logprobs: list[dict[str, float] | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionChoice(Answer):
    """One text, or a piece of it."""

    text: str
    finish_reason: str | None = None
    index: int = 0
    logprobs: CompletionLogprobs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion(Answer):
    """Texts that go on from a prompt, or pieces of them."""

    id: str
    choices: list[CompletionChoice]
    created: int = 0
    model: str = ""
    object: Literal["text_completion"] = "text_completion"
    system_fingerprint: str | None = None
    usage: CompletionUsage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding(Answer):
    """A vector: numbers, or little-endian 32-bit floats in base64 where that was asked for."""

    embedding: list[float] | str
    index: int = 0
    object: Literal["embedding"] = "embedding"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingUsage(Answer):
    """Tokens of the texts; 0 where the provider does not say."""

    prompt_tokens: int = 0
    total_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateEmbeddingResponse(Answer):
    """A vector for each text, in order."""

    data: list[Embedding]
    model: str = ""
    object: Literal["list"] = "list"
    usage: EmbeddingUsage = field(default_factory=EmbeddingUsage)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileObject(Answer):
    """A file at the provider's; times are seconds since 1970."""

    id: str
    bytes: int = 0
    created_at: int = 0
    filename: str = ""
    object: Literal["file"] = "file"
    purpose: str = "user_data"
    status: str = "processed"
    expires_at: int | None = None
    status_details: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage(Answer):
    """The files at a provider's."""

    data: list[FileObject]
    has_more: bool = False
    object: Literal["list"] = "list"

    def __iter__(self) -> Iterator[FileObject]:
        """Return the files one by one."""
        return iter(self.data)

    async def __aiter__(self) -> AsyncIterator[FileObject]:
        """Yield the files one by one."""
        for file in self.data:
            yield file


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDeleted(Answer):
    """A file that is gone."""

    id: str
    deleted: bool = True
    object: Literal["file"] = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Categories(Answer):
    """Of which harm the input speaks."""

    harassment: bool = False
    harassment_threatening: bool = False
    hate: bool = False
    hate_threatening: bool = False
    illicit: bool | None = None
    illicit_violent: bool | None = None
    self_harm: bool = False
    self_harm_instructions: bool = False
    self_harm_intent: bool = False
    sexual: bool = False
    sexual_minors: bool = False
    violence: bool = False
    violence_graphic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryScores(Answer):
    """How sure the model is, from 0 to 1."""

    harassment: float = 0
    harassment_threatening: float = 0
    hate: float = 0
    hate_threatening: float = 0
    illicit: float = 0
    illicit_violent: float = 0
    self_harm: float = 0
    self_harm_instructions: float = 0
    self_harm_intent: float = 0
    sexual: float = 0
    sexual_minors: float = 0
    violence: float = 0
    violence_graphic: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryAppliedInputTypes(Answer):
    """Which inputs, ``text`` or ``image``, each score is about."""

    harassment: list[str] = field(default_factory=list)
    harassment_threatening: list[str] = field(default_factory=list)
    hate: list[str] = field(default_factory=list)
    hate_threatening: list[str] = field(default_factory=list)
    illicit: list[str] = field(default_factory=list)
    illicit_violent: list[str] = field(default_factory=list)
    self_harm: list[str] = field(default_factory=list)
    self_harm_instructions: list[str] = field(default_factory=list)
    self_harm_intent: list[str] = field(default_factory=list)
    sexual: list[str] = field(default_factory=list)
    sexual_minors: list[str] = field(default_factory=list)
    violence: list[str] = field(default_factory=list)
    violence_graphic: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation(Answer):
    """What is wrong with one input."""

    categories: Categories
    category_scores: CategoryScores
    flagged: bool
    category_applied_input_types: CategoryAppliedInputTypes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationCreateResponse(Answer):
    """What is wrong with each input, in order."""

    id: str
    results: list[Moderation]
    model: str = ""

    @override
    def model_dump(self, *, exclude_none: bool = False) -> dict[str, Any]:
        """Return the answer as plain dictionaries and lists; OpenAI spells categories so too: ``self-harm/intent``."""
        dumped = Answer.model_dump(self, exclude_none=exclude_none)
        for result in dumped["results"]:
            for part in PARTS & result.keys():
                if result[part]:
                    result[part] |= {_spelled(name): value for name, value in result[part].items()}
        return dumped


def _spelled(name: str) -> str:
    """Return ``self_harm_intent`` as ``self-harm/intent``."""
    harm, _, kind = name.replace("self_harm", "self-harm").partition("_")
    return f"{harm}/{kind}" if kind else harm
