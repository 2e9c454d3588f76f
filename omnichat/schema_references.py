"""References inside JSON schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PLACES = ("$defs", "definitions")


def without_references(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``schema`` with what its references lead to in their place; where it contains itself, any object will do.

    See https://ai.google.dev/gemini-api/docs/structured-output.
    """
    known = {f"#/{place}/{name}": inner for place in PLACES for name, inner in _fields(schema.get(place)).items()}
    return _fields(_resolved({name: inner for name, inner in schema.items() if name not in PLACES}, known, ()))


def _resolved(value: Any, known: Mapping[str, Any], above: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [_resolved(inner, known, above) for inner in value]
    if not isinstance(value, Mapping):
        return value
    name = value.get("$ref")
    if not isinstance(name, str):
        return {key: _resolved(inner, known, above) for key, inner in value.items()}
    rest = {key: _resolved(inner, known, above) for key, inner in value.items() if key != "$ref"}
    if name in above or name not in known:
        return {"type": "object", **rest}
    return {**_fields(_resolved(known[name], known, (*above, name))), **rest}


def _fields(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
