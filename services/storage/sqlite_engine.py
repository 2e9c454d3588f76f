"""A database in a file."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TypeVar

from services.storage.engines import DatabaseUnusableError, Setting

T = TypeVar("T")
MAGIC = b"SQLite format 3\0"
LONGEST_CHECK = 2.0
BUSY_MILLISECONDS = 5000
STEPS_BETWEEN_LOOKS = 100_000
RESTORE = "Put a backup in its place, or move it away to start with an empty one; nothing was changed."


class SqliteEngine:
    """SQLite, in ``path``; one process at a time may use the file."""

    kind = "sqlite"
    backend = "tortoise.backends.sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    def settings(self, *, migrating: bool = False) -> dict[str, Setting]:
        """Return the file and its PRAGMAs; a rebuilt table must not take the rows that point at it along."""
        return {
            "file_path": str(self.path),
            "busy_timeout": BUSY_MILLISECONDS,
            "journal_mode": "WAL",
            "synchronous": "NORMAL",
            "journal_size_limit": 16 * 1024 * 1024,
            "foreign_keys": "OFF" if migrating else "ON",
        }

    async def check(self) -> None:
        """Raise ``DatabaseUnusableError`` unless the file is a sound database, or can be made."""
        await asyncio.to_thread(self._check)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Return at once: the file is ours."""
        yield

    async def save_copy(self) -> str:
        """Copy the database beside itself; return where the copy is."""
        copy = self.path.with_name(f"{self.path.stem}-before-upgrade-{datetime.now():%Y%m%d-%H%M%S-%f}.db")
        await asyncio.to_thread(self._copy_to, copy)
        return f"A copy from before is {copy}."

    async def violations(self) -> int:
        """Return how many rows point at a row that is not there."""
        return await asyncio.to_thread(self.read, lambda db: len(db.execute("PRAGMA foreign_key_check").fetchall()))

    def _check(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path.parent):
                pass
        except OSError as error:
            raise self._unusable(
                f"The folder {self.path.parent} cannot be written to ({error.strerror})",
                "Give the account that runs OmniChat the right to write there, or choose another folder.",
            ) from error
        try:
            head = self._head()
        except OSError as error:
            raise self._unusable(
                f"The database {self.name} cannot be opened ({error.strerror})",
                "Give the account that runs OmniChat the right to read and write it.",
            ) from error
        if not head:
            return
        if head != MAGIC:
            raise self._unusable(f"The file {self.name} is not an SQLite database", RESTORE)
        try:
            # Where nothing waits in a log, reading must not begin one beside a file that may be damaged.
            problem = self.read(_first_problem, "mode=ro" if self._has_log() else "immutable=1")
        except sqlite3.Error as error:
            problem = str(error)
        if problem:
            raise self._unusable(f"The database {self.name} is damaged ({problem})", RESTORE)

    def _head(self) -> bytes:
        if not self.path.exists():
            return b""
        with self.path.open("r+b") as file:
            return file.read(len(MAGIC))

    def _copy_to(self, copy: Path) -> None:
        try:
            self.read(lambda db: db.execute("VACUUM INTO ?", [str(copy)]))
            os.chmod(copy, self.path.stat().st_mode & 0o777)
        except (sqlite3.Error, OSError) as error:
            copy.unlink(missing_ok=True)
            raise self._unusable(
                f"The database {self.name} needs an upgrade, but could not be copied first ({error})",
                "Free some disk space beside it, then start again; nothing was changed.",
            ) from error

    def _has_log(self) -> bool:
        return self.path.with_name(f"{self.path.name}-wal").exists()

    def read(self, work: Callable[[sqlite3.Connection], T], options: str = "mode=ro") -> T:
        """Return what ``work`` returns, over a connection of its own that is closed afterwards; it blocks."""
        address = f"{self.path.absolute().as_uri()}?{options}"
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_MILLISECONDS / 1000)) as connection:
            return work(connection)

    @staticmethod
    def _unusable(what: str, cure: str) -> DatabaseUnusableError:
        return DatabaseUnusableError(f"{what}. {cure}".replace("\n", " "))


def _first_problem(connection: sqlite3.Connection) -> str:
    deadline = monotonic() + LONGEST_CHECK
    connection.set_progress_handler(lambda: monotonic() > deadline, STEPS_BETWEEN_LOOKS)
    try:
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname == "SQLITE_INTERRUPT":
            return ""  # too big to read through at every start
        raise
    return "" if answer == "ok" else str(answer)
