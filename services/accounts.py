"""Who uses this installation."""

from __future__ import annotations

from typing import Final

from services.people import Person
from services.records.person import PersonRecord
from services.replies import now

LOCAL_UID: Final = "00000000-0000-7000-8000-000000000000"


async def local_person() -> Person:
    """Return the one person of an installation without accounts, making them at the first call."""
    record, _ = await PersonRecord.get_or_create({"name": "local", "created_at": now()}, uid=LOCAL_UID)
    return Person(id=record.id, uid=record.uid, name=record.name)
