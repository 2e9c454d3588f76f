"""JSON schemas, rewritten into what providers accept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

ONE = ("items", "additionalProperties", "not")
SEVERAL = ("anyOf", "allOf", "oneOf", "prefixItems")
NAMED = ("properties", "patternProperties", "$defs", "definitions")
LIMITS = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)


def rewritten(schema: Mapping[str, Any], change: Callable[[Schema], Schema]) -> Schema:
    """Return ``schema`` with ``change`` made to it and to every schema inside."""
    told = dict(schema)
    for name in ONE:
        if isinstance(told.get(name), Mapping):
            told[name] = rewritten(told[name], change)
    for name in SEVERAL:
        if isinstance(told.get(name), list):
            told[name] = [rewritten(one, change) if isinstance(one, Mapping) else one for one in told[name]]
    for name in NAMED:
        if isinstance(told.get(name), Mapping):
            inner = told[name].items()
            told[name] = {key: rewritten(one, change) if isinstance(one, Mapping) else one for key, one in inner}
    return change(told)


def strict(schema: Mapping[str, Any]) -> Schema | None:
    """Return ``schema`` with every property required and no other allowed, or nothing if it has open objects."""
    is_open = False

    def change(told: Schema) -> Schema:
        nonlocal is_open
        if "$ref" in told:
            return {"$ref": told["$ref"]}
        if told.get("type") == "object" or "properties" in told:
            is_open = is_open or "properties" not in told or bool(told.get("additionalProperties"))
            told |= {"additionalProperties": False, "required": list(told.get("properties", {}))}
        told.pop("default", None)
        return told

    changed = rewritten(schema, change)
    return None if is_open else changed


def without_limits(schema: Mapping[str, Any]) -> Schema:
    """Return ``schema`` with closed objects, and its limits in words: a grammar cannot keep them."""

    def change(told: Schema) -> Schema:
        limits = {name: told.pop(name) for name in LIMITS if name in told}
        if limits:
            words = f"{told.get('description', '')} {json.dumps(limits)}"
            told["description"] = words.strip()
        if told.get("type") == "object":
            told["additionalProperties"] = False
        return told

    return rewritten(schema, change)


def instruction(schema: Mapping[str, Any] | None) -> str:
    """Return the words that ask for JSON where no parameter does."""
    wish = "Answer with one JSON object and nothing else."
    return f"{wish} It has to fit this JSON schema: {json.dumps(schema, ensure_ascii=False)}" if schema else wish
