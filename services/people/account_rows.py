"""Accounts among the rows about people: those with a user name; the server and whoever is alone have none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from services.chats.conversations import NotThereError
from services.chats.replies import new_uid, now
from services.people.names import folded
from services.people.person import Person, Role, person_from
from services.records.person import PersonRecord
from services.storage.rows import Row, storable

TAKEN: Final = "Somebody has that user name or address already."


class TakenError(ValueError):
    """Somebody else is called that; the message says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known of somebody beside who they are; times are in UTC."""

    person: Person
    mail: str
    mail_verified: bool
    has_password: bool
    second_factor: bool
    suspended: bool
    language: str
    time_zone: str
    created_at: datetime
    seen_at: datetime | None


def accounts() -> QuerySet[PersonRecord]:
    """Return the query for everybody who has an account."""
    return PersonRecord.filter(handle__isnull=False)


async def account_record(uid: str) -> PersonRecord:
    """Return the row of an account; raise ``NotThereError`` if there is none."""
    record = await accounts().filter(uid=storable(uid)).first()
    if record is None:
        raise NotThereError(uid)
    return record


async def account_called(login: str) -> PersonRecord | None:
    """Return the row of the account with that user name or mail address, however it is spelt."""
    known_as = folded(storable(login))
    return await accounts().filter(Q(handle=known_as) | Q(mail=known_as)).first() if known_as else None


async def let_in(owner_id: int) -> PersonRecord | None:
    """Return the row of whoever shows something of ours, unless they are suspended; quicker than joining the rows."""
    found: list[PersonRecord] = await PersonRecord.filter(id=owner_id, suspended=False).limit(1)
    return found[0] if found else None


async def taken(handle: str, mail: str | None, *, but: int = 0) -> bool:
    """Return whether somebody, other than the one with that number, has the user name or the address."""
    same = Q(handle=handle) | Q(mail=mail) if mail else Q(handle=handle)
    return await PersonRecord.filter(same).exclude(id=but).exists()


async def owners_beside(about: Person) -> bool:
    """Return whether another owner can come in; their rows stay as they are until the transaction ends."""
    others = accounts().filter(role=Role.OWNER, suspended=False).select_for_update()
    return any([record.id != about.id for record in await others])


async def add_person(values: Row) -> Person:
    """Store a new account; raise ``TakenError`` when somebody was quicker."""
    try:
        return person_from(await PersonRecord.create(uid=new_uid(), created_at=now(), **values))
    except IntegrityError as error:
        raise TakenError(TAKEN) from error


def account_from(record: PersonRecord) -> Account:
    """Return what a row tells of an account."""
    return Account(
        person=person_from(record),
        mail=record.mail or "",
        mail_verified=record.mail_verified,
        has_password=bool(record.password),
        second_factor=bool(record.totp),
        suspended=record.suspended,
        language=record.language,
        time_zone=record.time_zone,
        created_at=record.created_at,
        seen_at=record.seen_at,
    )
