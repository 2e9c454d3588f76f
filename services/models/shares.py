"""Keys of the server, and the groups they are for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from services.chats.conversations import NotThereError
from services.chats.replies import now
from services.models.keys import SOURCES
from services.news import News
from services.people.audit import Audit
from services.people.person import SERVER_UID, Person, Role, demand_admin, person_from
from services.records.group import GroupRecord, KeyShareRecord
from services.records.person import PersonRecord
from services.records.provider import ProviderKeyRecord
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

NAME: Final = "This server"


class Shares:
    """The server owns keys as people do; one that is shared with no group is for everybody."""

    def __init__(self, audit: Audit, news: News) -> None:
        self._audit = audit
        self._news = news

    async def server(self, who: Person) -> Person:
        """Return the server itself as a person, made at the first call, for an admin to act for."""
        demand_admin(who)
        first = {"name": NAME, "role": Role.SERVER, "created_at": now()}
        record, _ = await PersonRecord.get_or_create(first, uid=SERVER_UID)
        return replace(person_from(record), admin=who)

    async def found(self) -> Person | None:
        """Return the server as whom its keys are used, or None before any admin acted for it."""
        record = await PersonRecord.get_or_none(uid=SERVER_UID)
        return person_from(record) if record else None

    async def groups(self, who: Person) -> dict[str, list[str]]:
        """Return, by the uid of each key that is not for everybody, the uids of its groups; for admins."""
        demand_admin(who)
        found: dict[str, list[str]] = {}
        for key, group in await KeyShareRecord.all().values_list("key__uid", "group__uid"):
            found.setdefault(str(key), []).append(str(group))
        return found

    async def share(self, who: Person, key_uid: str, groups: Collection[str]) -> None:
        """Let exactly these groups use a key of the server, or everybody if there is none; for admins."""
        demand_admin(who)
        await self._share(who, key_uid, groups)
        self._news.post(SOURCES)

    @in_one_piece
    async def _share(self, who: Person, key_uid: str, groups: Collection[str]) -> None:
        key = await ProviderKeyRecord.get_or_none(owner__uid=SERVER_UID, uid=storable(key_uid))
        found = await GroupRecord.filter(uid__in=[storable(uid) for uid in groups])
        if key is None or len(found) < len(set(groups)):
            raise NotThereError(key_uid)
        await KeyShareRecord.filter(key_id=key.id).delete()
        await KeyShareRecord.bulk_create(KeyShareRecord(key_id=key.id, group_id=group.id) for group in found)
        names = ", ".join(sorted(group.name for group in found)) or "everybody"
        await self._audit.note(who, "key shared", f"{key.provider} · {key.name}", details=f"with {names}")

    async def closed_to(self, who: Person) -> set[str]:
        """Return the uids of the server's keys that are for groups in none of which ``who`` is; none for an admin."""
        if who.is_admin:
            return set()
        shared = await KeyShareRecord.all().values_list("key__uid", "group_id")
        mine = set(await GroupRecord.filter(memberships__person_id=who.id).values_list("id", flat=True))
        opened = {key for key, group in shared if group in mine}
        return {str(key) for key, _ in shared if key not in opened}
