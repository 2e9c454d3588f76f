"""Our types in OpenAI's shapes, and back."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

from omnichat.answers import (
    Annotation,
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionMessage,
    Choice,
    ChoiceDelta,
    ChoiceLogprobs,
    ChunkChoice,
    CompletionTokensDetails,
    CompletionUsage,
    Function,
    FunctionDelta,
    PromptTokensDetails,
    TokenLogprob,
    ToolCall,
    ToolCallPiece,
    TopLogprob,
    UrlCitation,
)
from omnichat.deltas import (
    CitationDelta,
    Delta,
    FinishDelta,
    FinishReason,
    LogprobDelta,
    ProviderDataDelta,
    TextDelta,
    ThinkingDelta,
    ToolCallDelta,
    UsageDelta,
)
from omnichat.parsed import instance

Piece: TypeAlias = (
    TextDelta | ThinkingDelta | ToolCallDelta | CitationDelta | LogprobDelta | ProviderDataDelta | FinishDelta
)
D = TypeVar("D", CitationDelta, LogprobDelta, ProviderDataDelta)


async def chunks(model: str, deltas: AsyncIterable[Delta]) -> AsyncGenerator[ChatCompletionChunk, None]:
    """Write deltas as chunks; the first one names the role."""
    name, created, role = f"chatcmpl-{uuid4().hex}", int(time.time()), True
    async for delta in deltas:
        if isinstance(delta, UsageDelta):
            yield ChatCompletionChunk(id=name, created=created, model=model, choices=[], usage=usage(delta))
            continue
        choice = _choice(delta, first=role)
        role = False
        yield ChatCompletionChunk(id=name, created=created, model=model, choices=[choice])


def _choice(delta: Piece, *, first: bool) -> ChunkChoice:
    role: Any = "assistant" if first else None
    match delta:
        case TextDelta(text):
            return ChunkChoice(delta=ChoiceDelta(content=text, role=role))
        case ThinkingDelta(text):
            return ChunkChoice(delta=ChoiceDelta(reasoning_content=text, role=role))
        case ToolCallDelta(index, name, function, arguments):
            call = FunctionDelta(name=function or None, arguments=arguments)
            piece = ToolCallPiece(index=index, id=name or None, function=call, type="function" if name else None)
            return ChunkChoice(delta=ChoiceDelta(tool_calls=[piece], role=role))
        case CitationDelta():
            return ChunkChoice(delta=ChoiceDelta(annotations=[annotation(delta)], role=role))
        case LogprobDelta():
            return ChunkChoice(delta=ChoiceDelta(role=role), logprobs=ChoiceLogprobs(content=[token_logprob(delta)]))
        case ProviderDataDelta(data):
            return ChunkChoice(delta=ChoiceDelta(provider_data=[dict(data)], role=role))
        case FinishDelta(reason):
            return ChunkChoice(delta=ChoiceDelta(role=role), finish_reason=reason.value)


def annotation(source: CitationDelta) -> Annotation:
    """Write a source under OpenAI's names."""
    return Annotation(
        url_citation=UrlCitation(
            url=source.url,
            title=source.title,
            start_index=source.start,
            end_index=source.end,
            content=source.quote or None,
        )
    )


def token_logprob(said: LogprobDelta) -> TokenLogprob:
    """Write the probability of a token under OpenAI's names."""
    top = [TopLogprob(token=token, logprob=logprob) for token, logprob in said.top]
    return TokenLogprob(token=said.token, logprob=said.logprob, top_logprobs=top)


def usage(counted: UsageDelta) -> CompletionUsage:
    """Write tokens under OpenAI's names."""
    return CompletionUsage(
        prompt_tokens=counted.input_tokens,
        completion_tokens=counted.output_tokens,
        total_tokens=counted.input_tokens + counted.output_tokens,
        prompt_tokens_details=PromptTokensDetails(cached_tokens=counted.cached_tokens),
        completion_tokens_details=CompletionTokensDetails(reasoning_tokens=counted.thinking_tokens),
    )


async def completion(model: str, deltas: AsyncIterable[Delta], shape: Any = None) -> ChatCompletion:
    """Fold deltas into a whole answer; read its text into an instance of ``shape``, if there is one.

    Raise a ``ServerError`` if the text does not fit.
    """
    whole = Fold()
    async for delta in deltas:
        whole.add(delta)
    text = whole.joined(TextDelta)
    message = ChatCompletionMessage(
        content=text if text or not whole.calls else None,
        reasoning_content=whole.joined(ThinkingDelta) or None,
        tool_calls=[_call(whole.calls[index]) for index in sorted(whole.calls)] or None,
        annotations=[annotation(source) for source in whole.of(CitationDelta)] or None,
        provider_data=[dict(data.data) for data in whole.of(ProviderDataDelta)] or None,
        parsed=instance(model, shape, text) if shape and text else None,
    )
    likely = [token_logprob(said) for said in whole.of(LogprobDelta)]
    logprobs = ChoiceLogprobs(content=likely) if likely else None
    return ChatCompletion(
        id=f"chatcmpl-{uuid4().hex}",
        created=int(time.time()),
        model=model,
        choices=[Choice(message=message, finish_reason=whole.finish.value, logprobs=logprobs)],
        usage=usage(whole.counted) if whole.counted else None,
    )


class Fold:
    """Deltas, sorted by what they are."""

    def __init__(self) -> None:
        self.calls: dict[int, list[ToolCallDelta]] = {}
        self.counted: UsageDelta | None = None
        self.finish = FinishReason.STOP
        self._others: dict[type[Delta], list[Any]] = {}

    def add(self, delta: Delta) -> None:
        """Take in one more."""
        match delta:
            case ToolCallDelta(index):
                self.calls.setdefault(index, []).append(delta)
            case UsageDelta():
                self.counted = delta
            case FinishDelta(reason):
                self.finish = reason
            case _:
                self._others.setdefault(type(delta), []).append(delta)

    def of(self, kind: type[D]) -> list[D]:
        """Return all of one kind."""
        return self._others.get(kind, [])

    def joined(self, kind: type[TextDelta] | type[ThinkingDelta]) -> str:
        """Return the text of all of one kind."""
        return "".join(delta.text for delta in self._others.get(kind, []))


def _call(pieces: Sequence[ToolCallDelta]) -> ToolCall:
    name = next((piece.id for piece in pieces if piece.id), "")
    function = "".join(piece.name for piece in pieces)
    return ToolCall(
        id=name, function=Function(name=function, arguments="".join(piece.arguments for piece in pieces) or "{}")
    )
