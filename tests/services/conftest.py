from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from omnichat.guard import OpenNetworks
from services.chats.archive import Archive
from services.chats.replies import new_uid, now
from services.people.person import Person, Role, person_from
from services.records.person import PersonRecord
from services.storage.database import Database
from tests.fixtures.postgres import Cluster
from tests.services.gatehouse import Gatehouse
from tests.services.ready import ready_file, ready_server
from tests.services.strongroom import HERE, Builder, Strongroom, a_strongroom


@pytest.fixture
async def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite database, empty and up to date."""
    return await ready_file(tmp_path / "omnichat.db")


@pytest.fixture
async def postgres_url(postgres_cluster: Cluster) -> str:
    """The address of a PostgreSQL database, empty and up to date."""
    return await ready_server(postgres_cluster)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, of each engine in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> str:
    """The address of an SQLite database that is not there yet."""
    return f"sqlite://{tmp_path / 'there' / 'omnichat.db'}"


@pytest.fixture
def empty_postgres(postgres_cluster: Cluster) -> str:
    """The address of a PostgreSQL database without tables."""
    return postgres_cluster.create_database()


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """The address of a database without tables, of the same engine as ``database_url``."""
    return str(request.getfixturevalue(f"empty_{database_url.partition(':')[0]}"))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Archive]:
    async with Database(database_url):
        yield Archive()


@pytest.fixture
async def build(tmp_path: Path) -> AsyncIterator[Builder]:
    """How to build a strongroom; every one is closed in the end."""
    built: list[Strongroom] = []

    def building(
        keys: Mapping[str, str] | None = None,
        base_urls: Mapping[str, str] | None = None,
        opened: OpenNetworks = HERE,
    ) -> Strongroom:
        built.append(a_strongroom(tmp_path, keys=keys, base_urls=base_urls, opened=opened))
        return built[-1]

    yield building
    for room in built:
        await room.client.close()


@pytest.fixture
async def me(store: Archive) -> Person:
    return await store.local_person()


@pytest.fixture
async def stranger(store: Archive) -> Person:
    record = await PersonRecord.create(uid=new_uid(), name="stranger", created_at=now())
    return person_from(record)


@pytest.fixture
async def gatehouse(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Gatehouse]:
    async with Database(sqlite_url):
        house = Gatehouse(tmp_path)
        yield house
        await house.close()


@pytest.fixture
async def owner(gatehouse: Gatehouse) -> Person:
    return await gatehouse.person("olga", Role.OWNER)


@pytest.fixture
async def admin(gatehouse: Gatehouse) -> Person:
    return await gatehouse.person("adam", Role.ADMIN)


@pytest.fixture
async def user(gatehouse: Gatehouse) -> Person:
    return await gatehouse.person("uma", mail="uma@example.com")
