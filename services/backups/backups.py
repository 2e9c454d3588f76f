"""Backups that are made every night, and how the last one went."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from services.backups.backup_files import BackupError
from services.backups.backup_making import BackupMaker
from services.chats.replies import now
from services.notices import Notices
from services.people.person import Person
from services.records.server import ServerFactRecord
from services.settings import Settings
from services.storage.engines import DatabaseUnusableError
from services.storage.transactions import in_one_piece

log = logging.getLogger(__name__)
FACT: Final = "last backup"
NIGHTLY: Final = re.compile(r"omnichat-\d{8}T\d{6}\.\d{3}Z\.tar")  # those with a label are somebody's, and stay


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """How a nightly backup went: ``error`` in words if it failed, else the file, its size in bytes and its rows."""

    started_at: datetime
    seconds: float
    name: str = ""
    size: int = 0
    rows: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBackup:
    """A nightly backup that is kept, its size in bytes."""

    name: str
    size: int


class Backups:
    """Make a backup when told to, keep the newest, and tell admins of one that failed."""

    def __init__(self, settings: Settings, notices: Notices, admins: Callable[[], Awaitable[Sequence[Person]]]) -> None:
        self.folder = settings.backups_dir
        self._kept = settings.backups_kept
        self._maker = BackupMaker(settings)
        self._notices = notices
        self._admins = admins

    async def nightly(self) -> bool:
        """Make a backup, take away those that are too many, write down how it went; return whether it succeeded."""
        if self.folder is None:
            return True
        before = await self.last()
        report = await self._report(self.folder)
        await self._write_down(report)
        if report.error and (before is None or before.error != report.error):
            log.error("The nightly backup failed: %s", report.error)
            for who in await self._admins():
                await self._notices.tell(who, "The nightly backup failed", report.error)
        return not report.error

    async def last(self) -> BackupReport | None:
        """Return how the last nightly backup went, or None when there was none."""
        found = await ServerFactRecord.filter(name=FACT).values_list("value", flat=True)
        if not found:
            return None
        told = json.loads(str(found[0]))
        return BackupReport(**{**told, "started_at": datetime.fromisoformat(told["started_at"])})

    def kept(self) -> list[KeptBackup]:
        """Return the nightly backups that are kept, the newest first."""
        return [KeptBackup(name=path.name, size=path.stat().st_size) for path in self._files()]

    async def _report(self, folder: Path) -> BackupReport:
        started_at, began = now(), time.monotonic()
        try:
            made = await self._maker.make(folder)
            for old in self._files()[self._kept :]:
                old.unlink(missing_ok=True)
        except (BackupError, DatabaseUnusableError, OSError) as error:
            return BackupReport(started_at=started_at, seconds=time.monotonic() - began, error=str(error))
        return BackupReport(
            started_at=started_at,
            seconds=time.monotonic() - began,
            name=made.path.name,
            size=made.size,
            rows=made.rows,
        )

    def _files(self) -> list[Path]:
        if self.folder is None or not self.folder.is_dir():
            return []
        return sorted((path for path in self.folder.iterdir() if NIGHTLY.fullmatch(path.name)), reverse=True)

    @in_one_piece
    async def _write_down(self, report: BackupReport) -> None:
        value = json.dumps({**asdict(report), "started_at": report.started_at.isoformat()})
        fact = ServerFactRecord(name=FACT, value=value)
        await ServerFactRecord.bulk_create([fact], on_conflict=["name"], update_fields=["value"])
