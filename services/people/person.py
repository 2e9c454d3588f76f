"""Whose data it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from services.records.person import PersonRecord

SERVER_UID: Final = "00000000-0000-7000-8000-000000000001"  # of the server itself, which can never sign in


class Role(StrEnum):
    """What somebody may do here, beside what is theirs; the server itself owns what is everybody's."""

    OWNER = "owner"
    ADMIN = "admin"
    USER = "user"
    SERVER = "server"


class NotAllowedError(Exception):
    """Whoever asks may not have that; the text says why in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who owns conversations; every service method that touches them takes one as ``who``.

    ``address`` is where their request comes from. ``admin`` is whoever acts for the server when that is ``who``.
    """

    id: int
    uid: str
    name: str
    handle: str = ""
    role: Role = Role.USER
    picture: str = ""
    time_zone: str = ""
    address: str = field(default="", compare=False)
    admin: Person | None = field(default=None, compare=False)

    @property
    def is_admin(self) -> bool:
        """Whether this person may see and change what is everybody's."""
        return self.role in {Role.OWNER, Role.ADMIN}


def demand_admin(who: Person) -> None:
    """Raise ``NotAllowedError`` for somebody who is no admin."""
    if not who.is_admin:
        raise NotAllowedError("Only an admin can do that.")


async def admins() -> list[Person]:
    """Return everybody who answers for this place."""
    found = PersonRecord.filter(role__in=[Role.OWNER, Role.ADMIN], suspended=False)
    return [person_from(record) for record in await found.order_by("id")]


def person_from(record: PersonRecord) -> Person:
    """Return the person that a row is about."""
    return Person(
        id=record.id,
        uid=record.uid,
        name=record.name,
        handle=record.handle or "",
        role=Role(record.role),
        picture=record.picture,
        time_zone=record.time_zone,
    )
