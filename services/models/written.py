"""Parameters as people write them into fields."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from omnichat.ranges import Range
from services.models.fitting import span_words

LONGEST: Final = 100_000  # characters of JSON
SEPARATED = re.compile(r"(?<=\d)[ ',_\u00a0\u202f](?=\d{3}\b)")  # 4,096 and 4 096
TELLING: Final = frozenset({"type", "properties", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"})
DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+")


class UnreadableError(ValueError):
    """What was written cannot be understood; the message says why, and what to write."""


def number(text: str, span: Range) -> float | None:
    """Return the number that was written, nothing if none was; raise ``UnreadableError`` outside of ``span``."""
    text = text.strip()
    if not text:
        return None
    try:
        found = float(text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else text)
    except ValueError:
        found = float("nan")
    if not span.holds(found):
        raise UnreadableError(f"{span_words(span)[:-1]}, or nothing.")
    return found


def whole_number(text: str, span: Range) -> int | None:
    """Return the whole number that was written, nothing if none was; raise ``UnreadableError`` outside of ``span``."""
    text = SEPARATED.sub("", text.strip())
    if not text:
        return None
    if not re.fullmatch(r"\d{1,20}", text) or not span.holds(int(text)):
        raise UnreadableError(f"{span_words(span, whole=True)[:-1]}, or nothing.")
    return int(text)


def lines(text: str, most: int | None) -> tuple[str, ...]:
    """Return the lines that are not empty; ``\\n`` within one is a line break. Too many raise ``UnreadableError``."""
    found = tuple(line.replace("\\n", "\n") for line in text.splitlines() if line.strip())
    if most is not None and len(found) > most:
        raise UnreadableError("One text only." if most == 1 else f"{most} texts at most, one a line.")
    return found


def json_object(text: str) -> Mapping[str, Any]:
    """Return the JSON object that was written, an empty one if none was; an ``UnreadableError`` says where it ends."""
    if not text.strip():
        return {}
    if len(text) > LONGEST:
        raise UnreadableError(f"Too long: {LONGEST:,} signs at most.")
    try:
        found = json.loads(text, parse_constant=_refused)
    except json.JSONDecodeError as error:
        raise UnreadableError(f"No JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise UnreadableError("No JSON that anybody could read: too many levels.") from error
    if not isinstance(found, dict):
        raise UnreadableError("A JSON object is needed: {…}.")
    return found


def schema(text: str) -> Mapping[str, Any]:
    """Return the JSON schema that was written, an empty one if none was; an ``UnreadableError`` names what is amiss."""
    found = json_object(text)
    if found and not found.keys() & TELLING:
        raise UnreadableError('A schema says at least a type, such as {"type": "object", "properties": {…}}.')
    _insist_on_schema(found, "")
    return found


def _insist_on_schema(value: Any, place: str) -> None:
    if isinstance(value, bool):
        return
    if not isinstance(value, Mapping):
        raise UnreadableError(f"No schema: {place or 'it'} is no object.")
    for group in ("properties", "$defs"):
        inner = value.get(group, {})
        if not isinstance(inner, Mapping):
            raise UnreadableError(f"No schema: {_within(place, group)} is no object.")
        for name, one in inner.items():
            _insist_on_schema(one, _within(_within(place, group), name))
    if "items" in value:
        _insist_on_schema(value["items"], _within(place, "items"))
    required = value.get("required", [])
    if not (isinstance(required, list) and all(isinstance(name, str) for name in required)):
        raise UnreadableError(f"No schema: {_within(place, 'required')} is no list of names.")


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _refused(name: str) -> None:
    raise UnreadableError(f"No JSON: {name} is no number.")
