"""Who did what, when and from where: written once, and never changed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from services.chats.replies import now
from services.people.person import Person, demand_admin
from services.records.audit import AuditRecord
from services.storage.rows import storable

LONGEST = 500  # characters of each text
LONGEST_DETAILS: Final = 100_000  # the rules of a group are kept whole
PAGE: Final = 50
AT_ONCE: Final = 500  # rows of an export that are read together
COLUMNS: Final = ("id", "at", "who", "who_name", "action", "about", "address", "details")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that was done; ``who`` is a uid, empty for somebody unknown."""

    id: int
    at: datetime
    who: str
    who_name: str
    action: str
    about: str
    address: str
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for in the log: ``words`` in the name of who did it or in what it was about."""

    words: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Audit:
    """The log of what matters to whoever answers for this place; it holds no secrets and no prompts."""

    async def note(
        self, who: Person | None, action: str, about: str = "", *, address: str = "", details: str = ""
    ) -> None:
        """Write down that ``who``, or somebody unknown, did ``action``, such as ``sign-in refused``.

        What an admin does for the server is told of the admin. The ``address`` is that of the request unless given.
        """
        who = who.admin or who if who else None
        address = address or (who.address if who else "")
        await AuditRecord.create(
            at=now(),
            who=who.uid if who else "",
            who_name=storable(who.name)[:LONGEST] if who else "",
            action=action,
            about=storable(about)[:LONGEST],
            address=storable(address)[:64],
            details=storable(details)[:LONGEST_DETAILS],
        )

    async def read(self, who: Person, search: Search, *, before: int = 0, limit: int = PAGE) -> list[Deed]:
        """Return the newest deeds that are looked for, or those ``before`` the one of that id; for admins."""
        demand_admin(who)
        return await _read(search, before, limit)

    async def actions(self, who: Person) -> list[str]:
        """Return every kind of deed in the log; for admins."""
        demand_admin(who)
        return sorted(map(str, await AuditRecord.all().distinct().values_list("action", flat=True)))

    async def as_csv(self, who: Person, search: Search) -> AsyncGenerator[str, None]:
        """Yield what is looked for as lines of CSV, the newest first, no cell of which is a formula; for admins."""
        demand_admin(who)
        yield _line(COLUMNS)
        async for line in self._exported(who, search, "CSV", lambda row: _line(row.values())):
            yield line

    async def as_json_lines(self, who: Person, search: Search) -> AsyncGenerator[str, None]:
        """Yield what is looked for as lines of JSON, the newest first; for admins."""
        async for line in self._exported(who, search, "JSON", lambda row: f"{json.dumps(row, ensure_ascii=False)}\n"):
            yield line

    async def _exported(
        self, who: Person, search: Search, form: str, written: Callable[[Mapping[str, str]], str]
    ) -> AsyncGenerator[str, None]:
        demand_admin(who)
        await self.note(who, "audit log exported", details=form)
        before = 0
        while deeds := await _read(search, before, AT_ONCE):
            for deed in deeds:
                yield written(
                    {name: str(value) for name, value in (asdict(deed) | {"at": deed.at.isoformat()}).items()}
                )
            before = deeds[-1].id


async def _read(search: Search, before: int, limit: int) -> list[Deed]:
    found: QuerySet[AuditRecord] = AuditRecord.all()
    if before:
        found = found.filter(id__lt=before)
    if search.action:
        found = found.filter(action=storable(search.action))
    if search.since:
        found = found.filter(at__gte=search.since)
    if search.until:
        found = found.filter(at__lt=search.until)
    if words := storable(search.words).strip():
        found = found.filter(Q(who_name__icontains=words) | Q(about__icontains=words))
    return [Deed(**row) for row in await found.order_by("-id").limit(limit).values(*COLUMNS)]


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(map(_harmless, cells))
    return written.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
