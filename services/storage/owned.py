"""Rows of one person, and nobody else's."""

from __future__ import annotations

from typing import Final

from tortoise.queryset import QuerySet

from services.chats.conversations import NotThereError
from services.people.person import Person
from services.records.conversation import ConversationRecord
from services.storage.rows import storable

UID_LENGTH: Final = 36


def mine(who: Person, uid: str) -> QuerySet[ConversationRecord]:
    """Return the query for one conversation of ``who`` that is not deleted."""
    return ConversationRecord.filter(owner_id=who.id, uid=key(uid), deleted_at__isnull=True)


async def id_of(who: Person, uid: str) -> int:
    """Return the row's own number; raise ``NotThereError`` when it is not there, or another's."""
    record = await mine(who, uid).only("id").first()
    if not record:
        raise NotThereError(uid)
    return int(record.id)


def key(uid: str) -> str:
    """Return ``uid`` as every engine takes it; raise ``NotThereError`` for one that nothing can be called by."""
    if len(uid) > UID_LENGTH:
        raise NotThereError(uid[:UID_LENGTH])
    return storable(uid)


def demand(changed: int, uid: str) -> None:
    """Raise ``NotThereError`` when nothing was changed."""
    if not changed:
        raise NotThereError(uid)
