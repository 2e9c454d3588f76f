"""What is asked under the names of OpenAI's parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, get_args

from omnichat.answers import ChatCompletionMessage
from omnichat.capabilities import Capability
from omnichat.errors import UnsupportedError
from omnichat.fallback import ModelNames, named
from omnichat.json_schemas import strict
from omnichat.messages import (
    AudioPart,
    ChatRequest,
    Effort,
    FilePart,
    ImagePart,
    JsonFormat,
    Message,
    Part,
    Role,
    TextPart,
    Tool,
    ToolCall,
)
from omnichat.parsed import is_shape
from omnichat.wire_json import mapping, mappings, words

ROLES: Mapping[str, Role] = {
    **{"system": "system", "developer": "system", "user": "user"},
    **{"assistant": "assistant", "tool": "tool", "function": "tool"},
}
AS_THEY_ARE = ("temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty", "parallel_tool_calls")
OURS = {
    *AS_THEY_ARE,
    *("max_tokens", "max_completion_tokens", "stop", "tools", "tool_choice", "response_format", "reasoning_effort"),
    *("logprobs", "top_logprobs", "web_search_options", "strict", "extra_body", "extra_headers", "extra_query"),
}
LEFT_OUT = {"stream_options", "n", "timeout"}  # we always count tokens, and always ask for one answer
EFFORTS = frozenset(get_args(Effort))
MEDIA = {"mp3": "mpeg"}


Messages: TypeAlias = Sequence[Mapping[str, Any] | ChatCompletionMessage]


def request(model: ModelNames, messages: Messages, options: Mapping[str, Any]) -> ChatRequest:
    """Read OpenAI's parameters; those we do not name go to the provider as they are.

    Raise an ``UnsupportedError`` for what cannot be read, or, if they are ``strict``, for more answers than one.
    """
    first, *others = named(model)
    if options.get("strict") and options.get("n") not in (None, 1):
        raise UnsupportedError(first, "n")
    stop = options.get("stop")
    limit = options.get("max_completion_tokens")
    tools, foreign = _tools(options.get("tools"))
    choice, unread = _choice(options.get("tool_choice"))
    form, other_form = _format(options.get("response_format"))
    effort = options.get("reasoning_effort")
    if effort is not None and effort not in EFFORTS:
        raise UnsupportedError(first, f"a reasoning_effort of {effort!r}")
    rest = {name: value for name, value in options.items() if name not in OURS | LEFT_OUT and value is not None}
    search = options.get("web_search_options")
    return ChatRequest(
        model=first,
        fallbacks=tuple(others),
        messages=tuple(_message(first, message) for message in messages),
        max_tokens=options.get("max_tokens") if limit is None else limit,
        stop=(stop,) if isinstance(stop, str) else tuple(stop or ()),
        tools=tools,
        tool_choice=choice,
        response_format=form,
        effort=effort,
        logprobs=_logprobs(options.get("logprobs"), options.get("top_logprobs")),
        web_search=search is not None,
        search_options=search or {},
        strict=bool(options.get("strict")),
        extra={**rest, **foreign, **unread, **other_form, **(options.get("extra_body") or {})},
        headers=options.get("extra_headers") or {},
        query=options.get("extra_query") or {},
        **{name: options.get(name) for name in AS_THEY_ARE},
    )


def shape_of(options: Mapping[str, Any]) -> Any:
    """Return the class of which ``response_format`` wants an instance, or nothing if it is a dictionary."""
    wished = options.get("response_format")
    return wished if is_shape(wished) else None


def format_of(shape: Any) -> JsonFormat:
    """Return the JSON that instances of ``shape`` are made of; ``strict`` where its objects are closed."""
    schema = shape.model_json_schema()
    strictly = strict(schema)
    name = re.sub(r"[^\w-]", "_", shape.__name__, flags=re.ASCII)[:64]
    return JsonFormat(schema=strictly or schema, name=name, strict=bool(strictly))


def _logprobs(wished: Any, alternatives: int | None) -> int | None:
    """Return how many alternatives of each token to tell; to ask for some is to ask for probabilities."""
    return alternatives or 0 if wished or (wished is None and alternatives is not None) else None


def _format(wished: Any) -> tuple[JsonFormat | None, dict[str, Any]]:
    """Return the wish for JSON, or else a format that only its provider knows."""
    if is_shape(wished):
        return format_of(wished), {}
    match wished:
        case {"type": "json_schema", "json_schema": {"schema": Mapping() as schema} as told}:
            return JsonFormat(schema=schema, name=words(told.get("name")) or "answer", strict=told.get("strict")), {}
        case {"type": "json_object" | "json_schema"}:
            return JsonFormat(), {}
        case None | {"type": "text"}:
            return None, {}
    return None, {"response_format": wished}


def _tools(wished: Any) -> tuple[tuple[Tool, ...], dict[str, Any]]:
    """Return the functions, and apart from them the tools that only their provider knows."""
    functions, foreign = list[Tool](), list[Any]()
    for tool in wished or ():
        match tool:
            case {"type": "function", "function": {"name": str(name)} as told}:
                described, strictly = words(told.get("description")), told.get("strict")
                parameters = mapping(told.get("parameters"))
                functions.append(Tool(name=name, description=described, parameters=parameters, strict=strictly))
            case _:
                foreign.append(tool)
    return tuple(functions), {"tools": foreign} if foreign else {}


def _choice(wished: Any) -> tuple[str, dict[str, Any]]:
    match wished:
        case None:
            return "", {}
        case "any":
            return "required", {}
        case str():
            return wished, {}
        case {"type": "function", "function": {"name": str(name)}}:
            return name, {}
    return "", {"tool_choice": wished}


def _message(model: str, message: Any) -> Message:
    if hasattr(message, "model_dump"):  # an answer, put back among the messages as it came
        message = message.model_dump(exclude_none=True)
    if (role := ROLES.get(words(message.get("role")))) is None:
        raise UnsupportedError(model, f"messages of {message.get('role')}")
    content = message.get("content") or ""
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return Message(
        role=role,
        parts=tuple(_part(model, part) for part in parts),
        tool_calls=tuple(_call(mapping(call)) for call in message.get("tool_calls") or ()),
        tool_call_id=words(message.get("tool_call_id")),
        provider_data=tuple(mappings(message.get("provider_data"))),
    )


def _call(call: Mapping[str, Any]) -> ToolCall:
    function = mapping(call.get("function"))
    return ToolCall(
        id=words(call.get("id")), name=words(function.get("name")), arguments=words(function.get("arguments")) or "{}"
    )


def _part(model: str, part: Mapping[str, Any]) -> Part:
    match part:
        case {"type": "text", "text": str(text)} | {"type": "refusal", "refusal": str(text)}:
            return TextPart(text)
        case {"type": "image_url", "image_url": {"url": str(url)} as image}:
            return ImagePart(url, words(image.get("detail")))
        case {"type": "file", "file": {"file_data": str(url)} | {"file_id": str(url)} as file}:
            return FilePart(url, words(file.get("filename")) or "file")
        case {"type": "input_audio", "input_audio": {"data": str(data), "format": str(kind)}}:
            return AudioPart(f"data:audio/{MEDIA.get(kind, kind)};base64,{data}")
    known = {"image_url": Capability.VISION, "file": Capability.FILES, "input_audio": Capability.AUDIO}
    kind = words(part.get("type"))
    raise UnsupportedError(model, known.get(kind, f"parts of type {kind}"))
