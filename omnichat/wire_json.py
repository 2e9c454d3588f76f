"""JSON from strangers: read it, or say that it is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from omnichat.errors import ServerError


def read_json(text: str) -> Any:
    """Return the JSON in ``text``, or raise a nameless ``ServerError``."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ServerError(f"sent something that is no JSON: {text[:100]!r}", provider="") from error


def read_object(text: str) -> dict[str, Any]:
    """Return the JSON object in ``text``, or raise a nameless ``ServerError``."""
    value = read_json(text)
    if not isinstance(value, dict):
        raise ServerError(f"sent {text[:100]!r} where an object belongs", provider="")
    return value


def read_objects(text: str) -> list[dict[str, Any]]:
    """Return the JSON object in ``text``, or all in the list that is there, or raise a nameless ``ServerError``."""
    value = read_json(text)
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise ServerError(f"sent {text[:100]!r} where an object belongs", provider="")
    return mappings(value)


def mappings(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list, or none where ``value`` is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def mapping(value: object) -> dict[str, Any]:
    """Return ``value`` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def words(value: object) -> str:
    """Return ``value`` if it is text, else nothing."""
    return value if isinstance(value, str) else ""


def count(values: Mapping[str, Any], *names: str) -> int:
    """Return the first whole number found under ``names``, even one written as 62.0, or 0."""
    found = (values.get(name) for name in names)
    return next((int(n) for n in found if (type(n) is int or (type(n) is float and n.is_integer())) and n >= 0), 0)


def number(value: object) -> float | None:
    """Return ``value`` if it is a finite number, else nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:  # a whole number too long for a float
        return None


def object_in(text: str) -> dict[str, Any]:
    """Return the JSON object in ``text``, or an empty one where there is none."""
    try:
        return mapping(json.loads(text or "{}"))
    except (ValueError, RecursionError):
        return {}
