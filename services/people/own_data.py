"""Everything that is kept about somebody, to take along."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncGenerator
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from tortoise.fields.relational import BackwardFKRelation
from tortoise.queryset import QuerySet

from services.people.account_rows import account_record
from services.people.accounts import demand_over
from services.people.audit import Audit
from services.people.person import Person, person_from
from services.records.audit import AuditRecord
from services.records.person import PersonRecord
from services.storage.rows import Row

AT_ONCE: Final = 500  # rows
SECRET: Final[dict[str, set[str]]] = {  # of these columns nothing leaves, by table
    "api_token": {"digest"},
    "endpoint": {"sealed_headers"},
    "invitation": {"digest"},
    "person": {"password", "totp", "totp_step", "recovery", "stamp"},
    "provider_key": {"sealed"},
    "refresh_token": {"digest", "family"},
    "session": {"digest"},
}


class OwnData:
    """Whatever table says whose its rows are is part of it, so that none can be forgotten."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def pack(self, who: Person, uid: str, *, address: str = "") -> IO[bytes]:
        """Return an open ZIP file, read from its start, with a JSON file for each table: one's own, or an admin's pick.

        Secrets are left out: passwords, keys, and what lets somebody in. It is gone when it is closed.
        """
        record = await account_record(uid)
        about = person_from(record)
        if about.id != who.id:
            demand_over(who, about)
        await self._audit.note(who, "data exported", about.handle, address=address)
        file: IO[bytes] = TemporaryFile()  # noqa: SIM115
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            for name, query in rows_of(about).items():
                with archive.open(f"{name}.json", "w") as entry:
                    async for text in _as_json(name, query):
                        await asyncio.to_thread(entry.write, text.encode("utf-8", "replace"))
        file.seek(0)
        return file


def rows_of(about: Person) -> dict[str, QuerySet[Any]]:
    """Return, by the names of their tables, the queries for all rows about somebody."""
    found: dict[str, QuerySet[Any]] = {"person": PersonRecord.filter(id=about.id)}
    for field in PersonRecord._meta.fields_map.values():
        if isinstance(field, BackwardFKRelation):
            theirs = field.related_model.filter(**{str(field.relation_field): about.id})
            found[str(field.related_model._meta.db_table)] = theirs
    return {**found, "audit": AuditRecord.filter(who=about.uid)}


async def _as_json(table: str, query: QuerySet[Any]) -> AsyncGenerator[str, None]:
    """Yield a JSON list in pieces, so that no table has to fit into memory."""
    last, before = 0, "[\n"
    while rows := await query.filter(id__gt=last).order_by("id").limit(AT_ONCE).values():
        for row in rows:
            yield before + json.dumps(_without_secrets(table, row), ensure_ascii=False, default=_plain)
            last, before = row["id"], ",\n"
    yield "\n]\n" if last else "[]\n"


def _without_secrets(table: str, row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in SECRET.get(table, ())}


def _plain(value: object) -> str:
    match value:
        case datetime():
            return value.isoformat()
        case bytes() | memoryview():
            return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} cannot be told as JSON")
