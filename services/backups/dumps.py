"""The database as a file that can be kept, and put in the place of another."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from services.backups.dump_contents import Contents
from services.backups.postgres_dump import PostgresDump
from services.backups.sqlite_dump import SqliteDump
from services.storage.database import engine_for
from services.storage.postgres_engine import PostgresEngine
from services.storage.sqlite_engine import SqliteEngine


class Dump(Protocol):
    """Copies of one database; each raises a ``BackupError`` or ``DatabaseUnusableError`` that says what to do."""

    name: str
    engine: str
    member: str

    async def write(self, to: Path) -> Contents:
        """Copy the database, in use or not even there, into a new file; return what was in it at that moment."""
        ...

    async def read(self, file: Path) -> Contents:
        """Read a copy from end to end; return what it holds."""
        ...

    async def now(self) -> Contents:
        """Return what the database holds, or raise a ``BackupError`` if somebody else uses it."""
        ...

    async def place(self, file: Path) -> None:
        """Put a copy, brought up to date, in the place of the database; change nothing if that cannot be."""
        ...


def dump_of(url: str) -> Dump:
    """Return what copies the database at ``url``; raise a ``DatabaseUnusableError`` for one we do not know."""
    engine = engine_for(url)
    if isinstance(engine, PostgresEngine):
        return PostgresDump(engine)
    assert isinstance(engine, SqliteEngine)
    return SqliteDump(engine)
