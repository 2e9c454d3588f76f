"""Calls without what a server of unknown make turned out not to know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from omnichat.errors import BadRequestError, ProviderError
from omnichat.json_schemas import instruction
from omnichat.provider import Call
from omnichat.wire_json import mapping, words

UNKNOWN = re.compile(
    r"unsupported|not support|unavailable|unknown|unrecognized|unexpected|extra (input|field)|not permitted",
    re.IGNORECASE,
)
TWINS = {"max_completion_tokens": "max_tokens", "max_tokens": "max_completion_tokens"}
SPARED = (
    *("stream_options", "parallel_tool_calls", "reasoning_effort", "max_completion_tokens", "max_tokens", "seed"),
    *("temperature", "top_p", "top_k", "stop", "frequency_penalty", "presence_penalty", "top_logprobs", "logprobs"),
    *("tool_choice", "response_format"),
    *("logit_bias", "metadata", "modalities", "prediction", "prompt_cache_key", "prompt_cache_retention"),
    *("safety_identifier", "service_tier", "store", "user", "verbosity"),
)


def simpler(call: Call, error: ProviderError, limit: str, spared: Sequence[str] = SPARED) -> Call | None:
    """Return ``call`` without a field that ``error`` does not know, or nothing if it names none of those ``spared``.

    The field ``limit`` is tried under its other name before it is given up.
    """
    found = without(call, error, spared)
    if found is None or call.json is None or found.json is None:
        return None
    body = dict(found.json)
    (name,) = call.json.keys() - body.keys()
    value = call.json[name]
    if name == limit:
        body[TWINS[name]] = value
    elif name == "logprobs":
        body.pop("top_logprobs", None)
    elif name == "response_format":
        body |= _less_form(body, mapping(value))
    return replace(call, json=body)


def without(call: Call, error: ProviderError, names: Iterable[str]) -> Call | None:
    """Return ``call`` without the first of the fields ``names`` that ``error`` does not know, or nothing."""
    body = dict(call.json or {})
    if call.strict or not (isinstance(error, BadRequestError) and UNKNOWN.search(error.message)):
        return None
    name = next((name for name in names if name in body and re.search(rf"\b{name}\b", error.message)), "")
    body.pop(name, None)
    return replace(call, json=body) if name else None


def _less_form(body: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that ask for JSON in another way: without a schema, and then in words alone."""
    if form.get("type") != "json_schema":
        return {}
    wish = instruction(mapping(mapping(form.get("json_schema")).get("schema")))
    first, *rest = body["messages"]
    if first["role"] == "system":
        wish = f"{words(first['content'])}\n\n{wish}"
    messages = [{"role": "system", "content": wish}, *(rest if first["role"] == "system" else body["messages"])]
    return {"messages": messages, "response_format": {"type": "json_object"}}
