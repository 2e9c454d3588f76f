"""Copies of a database in a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Final, TypeVar

from services.backups.backup_files import BackupError
from services.backups.dump_contents import Contents
from services.storage.migrating import APPLIED, bring_up_to_date
from services.storage.sqlite_engine import STEPS_BETWEEN_LOOKS, SqliteEngine
from services.threads import GivenUpError, in_thread

T = TypeVar("T")
TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"


class SqliteDump:
    """A copy is the file itself, made by ``VACUUM INTO`` while the database is in use."""

    engine = "sqlite"
    member = "database.sqlite"

    def __init__(self, engine: SqliteEngine) -> None:
        self.name = engine.name
        self._engine = engine
        self._path = engine.path

    async def write(self, to: Path) -> Contents:
        """Copy the database into a new file; return what the copy holds."""
        options = "mode=ro" if self._path.exists() else "mode=memory"
        await self._over(self._engine, lambda db: db.execute("VACUUM INTO ?", [str(to)]), options)
        return await self.read(to)

    async def read(self, file: Path) -> Contents:
        """Check a copy from end to end; return what it holds."""
        return await self._over(SqliteEngine(file), _contents, "immutable=1")

    async def now(self) -> Contents:
        """Return what the database holds, or raise a ``BackupError`` if somebody else uses it."""
        if not self._path.exists() or not self._path.stat().st_size:
            return Contents(rows={}, migrations=frozenset())
        await in_thread(lambda _: self._take())
        return await self._over(self._engine, _contents)

    async def place(self, file: Path) -> None:
        """Bring a copy up to date, then put it in the place of the database, which nobody else uses."""
        await bring_up_to_date(SqliteEngine(file))
        await in_thread(lambda _: self._take_place(file))

    def _take(self) -> None:
        """Write the log into the file, as the last to leave does, which works only while nobody else has it open."""
        try:
            with closing(sqlite3.connect(self._path, timeout=1)) as db:
                db.execute("PRAGMA locking_mode = EXCLUSIVE")
                db.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError as error:
            raise BackupError(f"The database {self._path} is in use ({error}). Stop OmniChat first.") from error
        except sqlite3.DatabaseError as error:
            raise BackupError(f"The database {self._path} is damaged ({error}). Move it away first.") from error

    def _take_place(self, file: Path) -> None:
        for leftover in ("-wal", "-shm"):
            self._path.with_name(f"{self._path.name}{leftover}").unlink(missing_ok=True)
        file.replace(self._path)

    async def _over(self, engine: SqliteEngine, work: Callable[[sqlite3.Connection], T], options: str = "mode=ro") -> T:
        def interruptible(given_up: Event) -> T:
            def run(db: sqlite3.Connection) -> T:
                db.set_progress_handler(given_up.is_set, STEPS_BETWEEN_LOOKS)
                return work(db)

            try:
                return engine.read(run, options)
            except sqlite3.Error as error:
                if given_up.is_set():
                    raise GivenUpError from error
                raise BackupError(f"The database {engine.name} cannot be copied or read ({error}).") from error

        return await in_thread(interruptible)


def _contents(db: sqlite3.Connection) -> Contents:
    (answer,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise sqlite3.DatabaseError(str(answer))
    rows: dict[str, int] = {}
    for (table,) in db.execute(TABLES).fetchall():
        quoted = table.replace('"', '""')
        (rows[table],) = db.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()
    applied = db.execute(f"SELECT app, name FROM {APPLIED}").fetchall() if APPLIED in rows else []
    return Contents.of(rows, applied)
