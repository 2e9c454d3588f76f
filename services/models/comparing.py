"""A new list beside what was known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from omnichat.listings import offered
from omnichat.provider import ModelInfo
from services.models.offers import Entry, Source
from services.storage.rows import LARGEST, storable

LONGEST_ID = 400  # characters, with the name of the source
LONGEST_TITLE = 200
MOST = 20_000  # models of one source
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # Unicode's categories: would turn or hide what stands beside
SPACE = re.compile(r"\s+")
SAID = attrgetter("title", "can", "context", "max_output", "prices", "released", "deprecated", "ends")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All entries after a listing, by id, those of them that are not as they were, and how many could not be used."""

    entries: dict[str, Entry]
    differing: Sequence[Entry]
    left_out: int


def compare(
    known: Mapping[str, Entry],
    source: Source,
    models: Iterable[ModelInfo],
    *,
    at: datetime,
    before: datetime | None,
) -> Comparison:
    """Return what a list says that was told ``at`` this moment, and the one before it at ``before``.

    A model that left the list is marked as gone; one that comes back is not new.
    """
    entries, left_out = dict[str, Entry](), 0
    for model in models:
        name = f"{source.name}/{model.id}"
        if name in entries:
            continue
        if len(entries) >= MOST or not _is_usable(name):
            left_out += 1
            continue
        entries[name] = _merged(known.get(name), _entry(source, name, model, at))
    for name, old in known.items():
        if name not in entries:
            entries[name] = old if old.gone else replace(old, gone=True, last_seen=before or at, changed_at=at)
    differing = [entry for name, entry in entries.items() if entry is not known.get(name)]
    return Comparison(entries=entries, differing=differing, left_out=left_out)


def tally(entries: Iterable[Entry], since: datetime) -> tuple[int, int, int]:
    """Return how many models came, changed and went after ``since``."""
    new = changed = gone = 0
    for entry in entries:
        if entry.changed_at and entry.changed_at > since:
            fresh = bool(entry.first_seen and entry.first_seen > since)
            gone += entry.gone and not fresh
            new += fresh and not entry.gone
            changed += not fresh and not entry.gone
    return new, changed, gone


def _merged(old: Entry | None, new: Entry) -> Entry:
    if old is None:
        return new
    return old if not old.gone and SAID(old) == SAID(new) else replace(new, first_seen=old.first_seen)


def _entry(source: Source, name: str, model: ModelInfo, at: datetime) -> Entry:
    told = offered(source.provider, model)
    return Entry(
        id=name,
        title=_plain(told.title) or _plain(name.rpartition("/")[2]) or name,
        can=told.can,
        context=_size(told.context),
        max_output=_size(told.max_output),
        prices=told.prices,
        released=told.released,
        deprecated=told.deprecated,
        ends=told.ends,
        first_seen=at,
        changed_at=at,
    )


def _is_usable(name: str) -> bool:
    bare = name.partition("/")[2]
    if not bare.strip() or len(name) > LONGEST_ID:
        return False
    return (name.isascii() and name.isprintable()) or (storable(name) == name and not any(map(_is_control, name)))


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc"


def _plain(title: str) -> str:
    """Return a title of one line of visible characters."""
    title = title[: 10 * LONGEST_TITLE]
    if not (title.isascii() and title.isprintable()):
        shown = (" " if each.isspace() else each for each in title)
        title = "".join(each for each in shown if unicodedata.category(each) not in INVISIBLE)
    title = SPACE.sub(" ", title).strip()
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"


def _size(tokens: int | None) -> int | None:
    return min(tokens, LARGEST) if tokens else None
