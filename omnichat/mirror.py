"""Our types in OpenAI's shapes, and back."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from omnichat.answers import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionMessage,
    Choice,
    ChoiceDelta,
    ChunkChoice,
    CompletionTokensDetails,
    CompletionUsage,
    Function,
    FunctionDelta,
    PromptTokensDetails,
    ToolCall,
    ToolCallPiece,
)
from omnichat.capabilities import Capability
from omnichat.deltas import Delta, FinishDelta, FinishReason, TextDelta, ThinkingDelta, ToolCallDelta, UsageDelta
from omnichat.errors import UnsupportedError
from omnichat.messages import ChatRequest, FilePart, ImagePart, Message, Part, Role, TextPart

ROLES: Mapping[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
OURS = {"temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "seed", "extra_body"}
LEFT_OUT = {"stream_options", "n", "timeout"}  # we always count tokens, and always ask for one answer


def request(model: str, messages: Sequence[Mapping[str, Any]], options: Mapping[str, Any]) -> ChatRequest:
    """Read OpenAI's parameters; those we do not name go to the provider as they are."""
    stop = options.get("stop")
    limit = options.get("max_completion_tokens")
    rest = {name: value for name, value in options.items() if name not in OURS | LEFT_OUT and value is not None}
    return ChatRequest(
        model=model,
        messages=tuple(_message(model, message) for message in messages),
        temperature=options.get("temperature"),
        top_p=options.get("top_p"),
        max_tokens=options.get("max_tokens") if limit is None else limit,
        stop=(stop,) if isinstance(stop, str) else tuple(stop or ()),
        seed=options.get("seed"),
        extra={**rest, **(options.get("extra_body") or {})},
    )


def _message(model: str, message: Mapping[str, Any]) -> Message:
    role = ROLES.get(message["role"])
    if role is None or message.get("tool_calls"):
        raise UnsupportedError(model, Capability.TOOLS)
    content = message.get("content") or ""
    if isinstance(content, str):
        return Message.of(role, content)
    return Message(role=role, parts=tuple(_part(model, part) for part in content))


def _part(model: str, part: Mapping[str, Any]) -> Part:
    match part:
        case {"type": "text", "text": str(text)}:
            return TextPart(text)
        case {"type": "image_url", "image_url": {"url": str(url)}}:
            return ImagePart(url)
        case {"type": "file", "file": {"file_data": str(data)} as file}:
            return FilePart(data, str(file.get("filename") or "file"))
    raise UnsupportedError(model, Capability.AUDIO if part.get("type") == "input_audio" else Capability.FILES)


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


def _choice(delta: TextDelta | ThinkingDelta | ToolCallDelta | FinishDelta, *, first: bool) -> ChunkChoice:
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
        case FinishDelta(reason):
            return ChunkChoice(delta=ChoiceDelta(role=role), finish_reason=reason.value)


def usage(counted: UsageDelta) -> CompletionUsage:
    """Write tokens under OpenAI's names."""
    return CompletionUsage(
        prompt_tokens=counted.input_tokens,
        completion_tokens=counted.output_tokens,
        total_tokens=counted.input_tokens + counted.output_tokens,
        prompt_tokens_details=PromptTokensDetails(cached_tokens=counted.cached_tokens),
        completion_tokens_details=CompletionTokensDetails(reasoning_tokens=counted.thinking_tokens),
    )


async def completion(model: str, deltas: AsyncIterable[Delta]) -> ChatCompletion:
    """Fold deltas into a whole answer."""
    text, thinking, calls = list[str](), list[str](), dict[int, list[ToolCallDelta]]()
    counted, finish = None, FinishReason.STOP
    async for delta in deltas:
        match delta:
            case TextDelta(piece):
                text.append(piece)
            case ThinkingDelta(piece):
                thinking.append(piece)
            case ToolCallDelta(index):
                calls.setdefault(index, []).append(delta)
            case UsageDelta():
                counted = usage(delta)
            case FinishDelta(reason):
                finish = reason
    message = ChatCompletionMessage(
        content="".join(text) if text or not calls else None,
        reasoning_content="".join(thinking) or None,
        tool_calls=[_call(calls[index]) for index in sorted(calls)] or None,
    )
    return ChatCompletion(
        id=f"chatcmpl-{uuid4().hex}",
        created=int(time.time()),
        model=model,
        choices=[Choice(message=message, finish_reason=finish.value)],
        usage=counted,
    )


def _call(pieces: Sequence[ToolCallDelta]) -> ToolCall:
    name = next((piece.id for piece in pieces if piece.id), "")
    function = "".join(piece.name for piece in pieces)
    return ToolCall(
        id=name, function=Function(name=function, arguments="".join(piece.arguments for piece in pieces) or "{}")
    )
