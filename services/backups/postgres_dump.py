"""Copies of a database on a PostgreSQL server."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg

from services.backups.backup_files import BackupError
from services.backups.dump_contents import Contents
from services.backups.postgres_copies import unpacked, words_of
from services.storage.migrating import APPLIED, bring_up_to_date
from services.storage.postgres_engine import PostgresEngine
from services.threads import in_thread

ASIDE: Final = "omnichat_before_restore"  # the schema in which tables wait while others take their place
PLAIN: Final = ("--no-owner", "--no-privileges")  # whoever restores them owns them
INSTALL: Final = (
    "{program} {problem}. Install PostgreSQL's client programs of version {major} or newer "
    "(Debian: apt install postgresql-client-{major})."
)
OTHERS: Final = """\
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
TRIGGERED: Final = """\
SELECT DISTINCT proname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND NOT tgisinternal ORDER BY 1"""
TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1"


class PostgresDump:
    """A copy is what ``pg_dump`` writes in its own format, which ``pg_restore`` reads, of the same version or newer."""

    engine = "postgres"
    member = "database.pgdump"

    def __init__(self, engine: PostgresEngine) -> None:
        self.name = engine.name
        self._engine = engine

    async def write(self, to: Path) -> Contents:
        """Copy the database into a new file; return what it held in the moment that the copy shows."""
        async with self._connected() as server:
            await self._find("pg_dump", server)
            async with server.transaction(isolation="repeatable_read", readonly=True):
                await server.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                moment = await server.fetchval("SELECT pg_export_snapshot()")
                schema = await _schema(server)
                contents = await _contents(server, schema)
                where = (f"--snapshot={moment}", f"--schema={schema}", f"--file={to}")
                await self._run("pg_dump", "--format=custom", *PLAIN, *where)
        return contents

    async def read(self, file: Path) -> Contents:
        """Have ``pg_restore`` unpack a copy from end to end; return what it holds."""
        async with self._connected() as server:
            await self._find("pg_restore", server)
        return await in_thread(lambda given_up: unpacked(file, given_up))

    async def now(self) -> Contents:
        """Return what the database holds, or raise a ``BackupError`` if somebody else uses it."""
        async with self._connected() as server:
            if others := await server.fetchval(OTHERS):
                raise BackupError(f"The database {self.name} is in use ({others} connections). Stop OmniChat first.")
            if await server.fetchval("SELECT to_regnamespace($1) IS NOT NULL", ASIDE):
                raise BackupError(
                    f"A restore was cut off once, and the schema {ASIDE} holds the tables from before it. "
                    "Move them back, or drop the schema with all that is in it."
                )
            return await _contents(server, await _schema(server))

    async def place(self, file: Path) -> None:
        """Put a copy in the place of the tables, which wait beside it until it is complete and up to date."""
        expected = await self.read(file)
        async with self._connected() as server:
            schema = await _schema(server)
            await _set_aside(server, schema)
            try:
                where = (f"--schema={schema}", f"--dbname={self._engine.environment()['PGDATABASE']}", str(file))
                await self._run("pg_restore", "--single-transaction", "--exit-on-error", *PLAIN, *where)
                if await _contents(server, schema) != expected:
                    raise BackupError(f"What came out of the backup is not what it holds. Its schema must be {schema}.")
                await bring_up_to_date(self._engine)
            except BaseException:
                await _put_back(server, schema)
                raise
            await server.execute(f"DROP SCHEMA {ASIDE} CASCADE")

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        server = await self._engine.connect()
        try:
            yield server
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise BackupError(f"The database {self.name} refused ({error}).".replace("\n", " ")) from error
        finally:
            await server.close()

    async def _find(self, program: str, server: asyncpg.Connection) -> None:
        """Raise a ``BackupError`` unless the program is there and not older than the server."""
        major = server.get_server_version().major
        try:
            told = await self._run(program, "--version")
        except FileNotFoundError as error:
            raise BackupError(INSTALL.format(program=program, problem="is not installed", major=major)) from error
        version = re.search(r"\d+", told)
        if version and int(version[0]) < major:
            problem = f"is version {version[0]}, and the server is version {major}"
            raise BackupError(INSTALL.format(program=program, problem=problem, major=major))

    async def _run(self, program: str, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            env={**os.environ, **self._engine.environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            out, problems = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode:
            raise BackupError(f"{program} failed: {words_of(problems)}")
        return out.decode(errors="replace")


async def _schema(server: asyncpg.Connection) -> str:
    return str(await server.fetchval("SELECT current_schema()"))


async def _tables(server: asyncpg.Connection, schema: str) -> list[str]:
    return [_quoted(row["tablename"]) for row in await server.fetch(TABLES, schema)]


async def _contents(server: asyncpg.Connection, schema: str) -> Contents:
    rows: dict[str, int] = {}
    for table in [row["tablename"] for row in await server.fetch(TABLES, schema)]:
        rows[table] = await server.fetchval(f"SELECT count(*) FROM {_quoted(schema)}.{_quoted(table)}")
    applied = await server.fetch(f"SELECT app, name FROM {_quoted(schema)}.{APPLIED}") if APPLIED in rows else []
    return Contents.of(rows, [(row["app"], row["name"]) for row in applied])


async def _set_aside(server: asyncpg.Connection, schema: str) -> None:
    async with server.transaction():
        await server.execute(f"CREATE SCHEMA {ASIDE}")
        await _move(server, schema, ASIDE)


async def _put_back(server: asyncpg.Connection, schema: str) -> None:
    async with server.transaction():
        functions = await _triggered(server, schema)
        for table in await _tables(server, schema):
            await server.execute(f"DROP TABLE {_quoted(schema)}.{table} CASCADE")
        for function in functions:
            await server.execute(f"DROP FUNCTION {_quoted(schema)}.{function}()")
        await _move(server, ASIDE, schema)
        await server.execute(f"DROP SCHEMA {ASIDE}")


async def _move(server: asyncpg.Connection, schema: str, to: str) -> None:
    """Move the tables, and the functions that their triggers call."""
    for function in await _triggered(server, schema):
        await server.execute(f"ALTER FUNCTION {_quoted(schema)}.{function}() SET SCHEMA {_quoted(to)}")
    for table in await _tables(server, schema):
        await server.execute(f"ALTER TABLE {_quoted(schema)}.{table} SET SCHEMA {_quoted(to)}")


async def _triggered(server: asyncpg.Connection, schema: str) -> list[str]:
    return [_quoted(row["proname"]) for row in await server.fetch(TRIGGERED, schema)]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
