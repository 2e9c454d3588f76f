"""JSON of providers, as typed answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from omnichat.errors import ServerError

T = TypeVar("T")
Plan: TypeAlias = dict[str, tuple[Any, bool]]
SCALARS = (str, int, float, bool)


class MisfitError(Exception):
    """A value is none of the kind that is wanted."""


def shaped(kind: type[T], value: object) -> T:
    """Return the JSON object ``value`` as a ``kind``, a dataclass whose fields have the object's names.

    What an answer must hold and does not is a nameless ``ServerError``; anything optional that does not fit is left
    out. ``/`` and ``-`` in names count as ``_``.
    """
    try:
        return _object(kind, value)
    except MisfitError as error:
        raise ServerError(f"sent an answer we cannot read: {error}", provider="") from error


def _object(kind: type[T], value: object) -> T:
    if not isinstance(value, Mapping):
        raise MisfitError(f"no {kind.__name__}")
    given = {str(name).replace("/", "_").replace("-", "_"): inner for name, inner in value.items()}
    filled: dict[str, Any] = {}
    key: Any = kind
    plan: Plan = _plan(key)
    for name, (hint, required) in plan.items():
        if given.get(name) is None:
            continue  # a required one is missed below
        try:
            filled[name] = _fitting(hint, given[name])
        except MisfitError:
            if required:
                raise
    try:
        return kind(**filled)
    except TypeError as error:
        missing = [name for name, (_, required) in plan.items() if required and name not in filled]
        raise MisfitError(f"{kind.__name__} without {', '.join(missing)}") from error


@cache
def _plan(kind: Any) -> Plan:
    """Return the hint of each field, and whether it must be there."""
    hints = get_type_hints(kind)
    return {
        field.name: (hints[field.name], field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind)
    }


def _fitting(hint: Any, value: object) -> Any:
    if hint is Any or (isinstance(hint, type) and hint in SCALARS):
        return value if hint is Any else _scalar(hint, value)
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        return _one_of(get_args(hint), value)
    if origin is Literal and value in get_args(hint):
        return value
    if origin is list and isinstance(value, list):
        return _list(get_args(hint)[0], value)
    if origin is dict and isinstance(value, dict):
        return {str(name): _fitting(get_args(hint)[1], inner) for name, inner in value.items()}
    if isinstance(hint, type) and is_dataclass(hint):
        return _object(hint, value)
    raise MisfitError(f"{value!r:.60} where {hint} belongs")


def _list(hint: Any, values: list[Any]) -> list[Any]:
    if hint is float and all(type(value) is float for value in values):
        return values  # a vector: there may be thousands of them
    return [_fitting(hint, value) for value in values]


def _scalar(hint: type, value: object) -> Any:
    """Return ``value`` if it is of that type, or a number that was sent as another type of number or as text."""
    if isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    if hint in {int, float} and isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return hint(float(value))
        except (ValueError, OverflowError):
            pass
    raise MisfitError(f"{value!r:.60} where {hint.__name__} belongs")


def _one_of(hints: tuple[Any, ...], value: object) -> Any:
    """Return ``value`` as the first of the types that fits; among objects, the one whose ``type`` it names."""
    for hint in hints:
        if hint is NoneType or not _may_be(hint, value):
            continue
        try:
            return _fitting(hint, value)
        except MisfitError:
            continue
    raise MisfitError(f"{value!r:.60} fits nothing")


def _may_be(hint: Any, value: object) -> bool:
    if not (is_dataclass(hint) and isinstance(value, Mapping) and "type" in value):
        return True
    kind = get_type_hints(hint).get("type")
    return kind is None or value["type"] in get_args(kind)
