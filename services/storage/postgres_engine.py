"""A database on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg

from services.storage.engines import DatabaseUnusableError, Setting

LOCK = 7201
CONNECT_SECONDS = 10
POOL_SIZE = 10
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "database": "PGDATABASE",
    "ssl": "PGSSLMODE",
}
NAMES = {"sslmode": "ssl", "host": "host"}


class PostgresEngine:
    """PostgreSQL at ``postgres://user:password@host:port/database``, which several replicas may share."""

    kind = "postgres"
    backend = "tortoise.backends.asyncpg"

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address: dict[str, Setting] = {
            "host": parts.hostname,
            "port": parts.port or 5432,
            "user": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "database": unquote(parts.path[1:]) or None,
        }
        server_settings = {}
        for key, value in parse_qsl(parts.query):
            if key in NAMES:
                self._address[NAMES[key]] = value
            else:
                server_settings[key] = value
        self._address["server_settings"] = server_settings
        self.name = f"{self._address['database']} at {self._address['host']}:{self._address['port']}"

    def settings(self, *, migrating: bool = False) -> dict[str, Setting]:
        """Return the address and the size of the pool."""
        return {**self._address, "timeout": CONNECT_SECONDS, "maxsize": 1 if migrating else POOL_SIZE}

    def environment(self) -> dict[str, str]:
        """Return what PostgreSQL's own programs read from the environment to reach the same database."""
        options = self._address["server_settings"]
        assert isinstance(options, dict)
        told = {variable: str(self._address[name]) for name, variable in VARIABLES.items() if self._address.get(name)}
        spared = {key: value.replace("\\", r"\\").replace(" ", r"\ ") for key, value in options.items()}
        if spared:
            told["PGOPTIONS"] = " ".join(f"-c {key}={value}" for key, value in spared.items())
        return {**told, "PGCONNECT_TIMEOUT": str(CONNECT_SECONDS)}

    async def check(self) -> None:
        """Raise ``DatabaseUnusableError`` unless the server lets us in."""
        await (await self.connect()).close()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Wait until no other replica migrates, then keep them waiting."""
        connection = await self.connect()
        try:
            await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
            yield
        finally:
            await connection.close()

    async def save_copy(self) -> str:
        """Return nothing: a failed migration is rolled back, and the server has backups of its own."""
        return ""

    async def violations(self) -> int:
        """Return 0: the server never lets one be."""
        return 0

    async def connect(self) -> asyncpg.Connection:
        """Return a connection that the caller closes; raise ``DatabaseUnusableError`` if the server lets us not in."""
        try:
            return await asyncpg.connect(**self._address, timeout=CONNECT_SECONDS)
        except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            reason = str(error).replace("\n", " ") or type(error).__name__
            raise DatabaseUnusableError(
                f"The PostgreSQL database {self.name} cannot be reached ({reason}). "
                "Check that the server runs, and the address, the name and the password."
            ) from error
