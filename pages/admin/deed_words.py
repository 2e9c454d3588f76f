"""What the log tells of a deed, in plain words; what is exported stays as programs read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from components.figures import size
from components.person_face import ROLES
from pages.admin.group_form import FEATURES
from pages.provider_words import title_of

LONGEST: Final = 300  # characters of one value
NOTHING: Final = "Everything is allowed"


def details_in_words(details: str) -> list[tuple[str, str]]:
    """Return the details as pairs of a label and what it says; what is no JSON object is one pair without a label."""
    told = _object(details)
    if told is None:
        return [("", _short(_roles(details)))] if details else []
    if not told:
        return [("", NOTHING)]
    return [(_label(name), _short(_said(value, VALUES.get(name, str)))) for name, value in told.items()]


def _object(details: str) -> dict[str, object] | None:
    try:
        told: object = json.loads(details)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _roles(words: str) -> str:
    """Return a role, or a change of roles, as the list of people calls it."""
    return " → ".join(next((said for role, said in ROLES.items() if role == each), each) for each in words.split(" → "))


def _label(name: str) -> str:
    return LABELS.get(name) or _short(name.replace("_", " ").capitalize())


def _said(value: object, word: Callable[[str], str]) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_said(each, word) for each in value) or "none"
        case dict():
            return ", ".join(f"{_label(str(name))} {_said(each, str)}" for name, each in value.items()) or "none"
    return "none" if value is None else word(str(value))


def _bytes(count: str) -> str:
    return size(int(count)) if count.isdecimal() else count


def _feature(name: str) -> str:
    return next((words for each, words in FEATURES.items() if each == name), name)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


LABELS: Final[Mapping[str, str]] = {
    "lanes": "Lanes in a chat",
    "answers": "Answers at once",
    "upload_bytes": "Largest upload",
}
VALUES: Final[Mapping[str, Callable[[str], str]]] = {
    "providers": title_of,
    "upload_bytes": _bytes,
    "features": _feature,
    "role": _roles,
}
