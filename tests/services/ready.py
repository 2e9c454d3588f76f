"""Databases that were migrated once and are copied from then on: migrating takes most of a second."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from services.storage.database import Database
from tests.fixtures.postgres import Cluster

MADE: dict[str, str] = {}


async def ready_file(path: Path) -> str:
    """Return the address of an SQLite database at ``path``, empty and up to date unless it is there already."""
    if _is_missing(path):
        if "sqlite" not in MADE:
            made = _workshop() / "omnichat.db"
            async with Database(f"sqlite://{made}"):
                pass
            MADE["sqlite"] = str(made)
        shutil.copy(MADE["sqlite"], path)
    return f"sqlite://{path}"


async def ready_server(cluster: Cluster) -> str:
    """Return the address of a PostgreSQL database, empty and up to date."""
    if "postgres" not in MADE:
        url = cluster.create_database()
        async with Database(url):
            pass
        MADE["postgres"] = url.rpartition("/")[2]
    return cluster.create_database(like=MADE["postgres"])


def _is_missing(path: Path) -> bool:
    return not path.exists()


@cache
def _workshop() -> Path:
    return Path(tempfile.mkdtemp(prefix="omnichat-ready-"))
