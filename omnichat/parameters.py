"""The parameters of a chat: which of them fit, and how they become a body."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

from omnichat.errors import UnsupportedError
from omnichat.messages import ChatRequest, ImagePart
from omnichat.wire_json import mapping

NO_PARAMETERS = {"model", "messages", "fallbacks", "strict", "extra", "search_options", "headers", "query"}
UNSET: Mapping[str, Any] = {
    field.name: field.default
    for field in fields(ChatRequest)
    if field.name not in NO_PARAMETERS and field.default is not MISSING
}
PARAMETERS = frozenset(UNSET)
CALLERS_NAMES = {"effort": "reasoning_effort", "web_search": "web_search_options"}
SAMPLING = frozenset({"temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "logprobs"})
TOOLS = frozenset({"tools", "tool_choice", "parallel_tool_calls"})
DETAIL = "image_url.detail"
STRICT_TOOLS = "tools.strict"
OPENAIS = frozenset(  # what OpenAI's own format has, and formats of another make do not
    (
        *("audio", "function_call", "functions", "logit_bias", "metadata", "modalities", "moderation", "prediction"),
        *("prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "safety_identifier", "service_tier"),
        *(
            "store",
            "user",
            "verbosity",
            "response_format",
            "tool_choice",
            DETAIL,
            "web_search_options.search_context_size",
        ),
    )
)


def fitting(request: ChatRequest, takes: Container[str], lacks: Collection[str] = ()) -> ChatRequest:
    """Return ``request`` without the parameters missing in ``takes``, and without the smaller things in ``lacks``.

    These are fields of ``extra``, or things inside of messages, tools and searches, such as ``image_url.detail``.
    If the request is ``strict``, an ``UnsupportedError`` names the first of all these instead, as OpenAI's client does.
    """
    surplus = {name: unset for name, unset in UNSET.items() if name not in takes and getattr(request, name) != unset}
    lost = [name for name in _details(request) if name in lacks] if lacks else []
    if request.strict:
        _insist([*(CALLERS_NAMES.get(name, name) for name in surplus), *lost], request)
    if lost:
        surplus["extra"] = {name: value for name, value in request.extra.items() if name not in lacks}
    if STRICT_TOOLS in lost and "tools" not in surplus:
        surplus["tools"] = tuple(replace(tool, strict=None) for tool in request.tools)
    return replace(request, **surplus) if surplus else request


def _insist(named: list[str], request: ChatRequest) -> None:
    offered = request.tools or request.web_search or request.extra.get("tools")
    if not offered and request.tool_choice not in {"", "auto", "none"}:
        named = [*named, "tool_choice"]
    if named:
        raise UnsupportedError(request.model, named[0])


def _details(request: ChatRequest) -> Iterator[str]:
    yield from request.extra
    if any(tool.strict for tool in request.tools):
        yield STRICT_TOOLS
    parts = [part for message in request.messages for part in message.parts]
    if any(isinstance(part, ImagePart) and part.detail not in {"", "auto"} for part in parts):
        yield DETAIL
    yield from (f"web_search_options.{name}" for name in request.search_options)


def located(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a web search with the place of the user on one level, as all but chat completions do."""
    place = mapping(mapping(options.get("user_location")).get("approximate"))
    return {**options, **({"user_location": {"type": "approximate", **place}} if place else {})}


def merged(body: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``body`` without its empty fields, and with ``extra``: objects flow together, tools add up."""
    whole = {name: value for name, value in body.items() if value is not None}
    for name, value in extra.items():
        known = whole.get(name)
        if isinstance(known, dict) and isinstance(value, dict):
            whole[name] = {**known, **value}
        elif name == "tools" and isinstance(known, list) and isinstance(value, list):
            whole[name] = [*known, *value]
        else:
            whole[name] = value
    return whole
