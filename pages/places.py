"""Whose keys and endpoints a page is about, and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from components.menu import Choice
from pages.frame import Frame
from services.models.keys import SavedKey
from services.people.person import Person
from services.people.rules import Access, Feature

OWN = "Your group uses the keys that are shared with it; {what} of your own are not part of it."


class Shared(Protocol):
    """Who knows for whom a key is."""

    async def refresh(self) -> None:
        """Read what is so now."""

    def words(self, key: SavedKey) -> str:
        """Return for whom the key is."""
        ...

    def choice(self, key: SavedKey) -> Choice:
        """Return the line of the menu that changes it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page of keys; ``keys`` and ``endpoints`` say whether some can be added, ``words`` stand below the title."""

    who: Person
    address: str
    title: str
    words: str = ""
    keys: bool = True
    endpoints: bool = True


def own_place(frame: Frame, access: Access) -> Place:
    """Return the page of a person's own keys."""
    keys, endpoints = access.has(Feature.KEYS), access.has(Feature.ENDPOINTS)
    missing = [name for name, there in (("keys", keys), ("endpoints", endpoints)) if not there]
    return Place(
        who=frame.who,
        address="/settings/providers",
        title="Providers & keys",
        words=OWN.format(what=" and ".join(missing)) if missing else "",
        keys=keys,
        endpoints=endpoints,
    )
