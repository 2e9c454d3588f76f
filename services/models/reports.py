"""What refreshing the catalogue came to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from services.chats.replies import new_uid, now
from services.people.person import SERVER_UID, Person
from services.records.server import RefreshRecord
from services.storage.transactions import in_one_piece

KEPT: Final = 20  # reports


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How many models of one source came, changed and went since the report before; ``error`` in words if it failed.

    ``first`` says that it was never listed before, so that all of its models are new. ``left_out`` counts models that
    cannot be used; ``seconds`` is how long it took.
    """

    name: str
    title: str
    scope: str = ""
    new: int = 0
    changed: int = 0
    gone: int = 0
    left_out: int = 0
    seconds: float = 0.0
    error: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One refresh, which may be under way: ``planned`` is the number of sources it is about."""

    uid: str = field(default_factory=new_uid)
    started_at: datetime = field(default_factory=now)
    seconds: float = 0.0
    planned: int = 0
    sources: Sequence[SourceReport] = ()

    @property
    def failed(self) -> Sequence[SourceReport]:
        """The sources that could not be listed."""
        return [each for each in self.sources if each.error]

    def seen_by(self, who: Person) -> Report:
        """Return the report without what concerns only others."""
        scopes = {"", who.uid, SERVER_UID} if who.is_admin else {"", who.uid}
        mine = [each for each in self.sources if each.scope in scopes]
        return replace(self, sources=mine, planned=self.planned - len(self.sources) + len(mine))

    def told(self) -> dict[str, Any]:
        """Return the report as JSON has it, without whose sources they are."""
        sources = [{name: value for name, value in asdict(each).items() if name != "scope"} for each in self.sources]
        return {"started_at": self.started_at.isoformat(), "seconds": self.seconds, "sources": sources}


class Reports:
    """The last reports, kept in the database."""

    async def last(self) -> list[Report]:
        """Return the reports, the newest first."""
        rows = await RefreshRecord.all().order_by("-started_at", "-id").limit(KEPT).values()
        return [_report(row) for row in rows]

    async def of(self, who: Person) -> list[Report]:
        """Return what concerns ``who`` of the reports, the newest first."""
        return [report.seen_by(who) for report in await self.last()]

    @in_one_piece
    async def keep(self, report: Report) -> None:
        """Write down a report; the oldest makes room for it."""
        told = {"seconds": report.seconds, "sources": [asdict(each) for each in report.sources]}
        await RefreshRecord.create(uid=report.uid, started_at=report.started_at, report=json.dumps(told))
        every = RefreshRecord.all().order_by("-started_at", "-id")
        if old := await every.offset(KEPT).limit(KEPT).values_list("id", flat=True):
            await RefreshRecord.filter(id__in=old).delete()


def _report(row: dict[str, Any]) -> Report:
    told = json.loads(row["report"])
    sources = [SourceReport(**each) for each in told["sources"]]
    return Report(
        uid=row["uid"],
        started_at=row["started_at"],
        seconds=told["seconds"],
        planned=len(sources),
        sources=sources,
    )
