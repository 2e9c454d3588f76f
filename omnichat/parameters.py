"""The parameters of a chat: which of them fit, and how they become a body."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

from omnichat.errors import UnsupportedError
from omnichat.messages import ChatRequest

NO_PARAMETERS = {"model", "messages", "fallbacks", "strict", "extra", "search_options"}
UNSET: Mapping[str, Any] = {
    field.name: field.default
    for field in fields(ChatRequest)
    if field.name not in NO_PARAMETERS and field.default is not MISSING
}
PARAMETERS = frozenset(UNSET)
CALLERS_NAMES = {"effort": "reasoning_effort", "web_search": "web_search_options"}
SAMPLING = frozenset({"temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "logprobs"})
TOOLS = frozenset({"tools", "tool_choice", "parallel_tool_calls"})


def fitting(request: ChatRequest, takes: Container[str]) -> ChatRequest:
    """Return ``request`` without the parameters missing in ``takes``.

    If it is ``strict``, an ``UnsupportedError`` names the first of them instead, as OpenAI's client does.
    """
    surplus = {name: unset for name, unset in UNSET.items() if name not in takes and getattr(request, name) != unset}
    if surplus and request.strict:
        name = next(iter(surplus))
        raise UnsupportedError(request.model, CALLERS_NAMES.get(name, name))
    return replace(request, **surplus) if surplus else request


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
