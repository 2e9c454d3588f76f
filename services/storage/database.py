"""The one place where the database is opened and closed."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Final, Self

from tortoise.context import TortoiseContext

from services.storage.engines import DatabaseUnusableError, Engine
from services.storage.migrating import bring_up_to_date, configuration
from services.storage.postgres_engine import PostgresEngine
from services.storage.sqlite_engine import SqliteEngine
from services.storage.transactions import all_changes_made

__all__ = ["Database", "DatabaseUnusableError"]
log = logging.getLogger(__name__)
PING_SECONDS: Final = 5.0
SIZES: Final = {
    "sqlite": "SELECT page_count * page_size AS size FROM pragma_page_count(), pragma_page_size()",
    "postgres": "SELECT pg_database_size(current_database()) AS size",
}


class Database:
    """The database at ``sqlite://path/to/file.db`` or ``postgres://user:password@host/name``, while it is open."""

    def __init__(self, url: str) -> None:
        self._engine = engine_for(url)
        self._context: TortoiseContext | None = None

    async def open(self) -> None:
        """Check the database, bring it up to date and connect; raise ``DatabaseUnusableError`` if that cannot be."""
        await self._engine.check()
        await bring_up_to_date(self._engine)
        self._context = TortoiseContext()
        try:
            with self._context:
                # Tasks of the server do not inherit what this one sees.
                await self._context.init(configuration(self._engine), _enable_global_fallback=True)
                await self._context.connections.get(self._engine.kind).execute_query("SELECT 1")
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Let changes under way finish and close all connections; a process that leaves without this never ends."""
        context, self._context = self._context, None
        if context:
            await all_changes_made()
            await context.close_connections()

    @property
    def kind(self) -> str:
        """What the engine is called."""
        return {"sqlite": "SQLite", "postgres": "PostgreSQL"}.get(self._engine.kind, self._engine.kind)

    async def size(self) -> int:
        """Return how many bytes the database takes; it is open."""
        assert self._context
        connection = self._context.connections.get(self._engine.kind)
        _, rows = await connection.execute_query(SIZES[self._engine.kind])
        return int(rows[0]["size"])

    async def ping(self) -> bool:
        """Return whether the database answers."""
        if not self._context:
            return False
        try:
            async with asyncio.timeout(PING_SECONDS):
                await self._context.connections.get(self._engine.kind).execute_query("SELECT 1")
        except Exception:
            log.warning("The database %s does not answer", self._engine.name, exc_info=True)
            return False
        return True

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()


def engine_for(url: str) -> Engine:
    """Return the engine that a URL names; raise ``DatabaseUnusableError`` for one we do not know."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest:
        return SqliteEngine(Path(rest))
    if scheme in {"postgres", "postgresql"}:
        return PostgresEngine(url)
    raise DatabaseUnusableError(
        f"There is no database engine called {scheme!r}. "
        "The address must begin with sqlite:// and a path, or with postgres://."
    )
