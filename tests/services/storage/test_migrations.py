from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector

import services.migrations
from services.chats.archive import Archive
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.replies import ModelReply
from services.models.parameters import Parameters
from services.people.person import Person
from services.people.preferences import Preferences
from services.storage.database import Database, DatabaseUnusableError, engine_for
from services.storage.migrating import bring_up_to_date, configuration
from tests.fixtures.postgres import Cluster

NEWEST = "0007_people"
TABLES = ("person", "preference", "conversation", "lane", "turn", "reply", "reply_version")

LATER = """
from tortoise import fields, migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [("records", "0007_people")]
    operations = [
        ops.AlterField("ConversationRecord", "title", fields.CharField(max_length=900)),
        ops.AddField("ConversationRecord", "starred", fields.BooleanField(default=False, db_default=False)),
        ops.AlterField("ReplyRecord", "uid", fields.CharField(max_length=40, unique=True)),
        ops.AlterField("PersonRecord", "name", fields.CharField(max_length=500)),
        ops.AlterField("LaneRecord", "name", fields.CharField(max_length=500, default="x")),
        ops.AlterField("ReplyVersionRecord", "error", fields.TextField(null=True)),
    ]
"""
BROKEN = LATER.replace("    ]\n", "        ops.RunSQL('SELECT missing FROM nowhere', 'SELECT 1'),\n    ]\n")

EXTRAS = {
    "sqlite": [
        "CREATE INDEX extra_index ON conversation (title)",
        "CREATE TRIGGER extra_own AFTER UPDATE OF draft ON conversation"
        " BEGIN UPDATE person SET name = name; SELECT 1; END",
        "CREATE TRIGGER extra_other AFTER UPDATE OF text ON reply_version"
        " BEGIN UPDATE conversation SET title = title; END",
    ],
    "postgres": [
        "CREATE INDEX extra_index ON conversation (title)",
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER extra_own AFTER UPDATE OF draft ON conversation EXECUTE FUNCTION touch()",
        "CREATE TRIGGER extra_other AFTER UPDATE OF text ON reply_version EXECUTE FUNCTION touch()",
    ],
}
NAMES = {
    "sqlite": "SELECT name, tbl_name AS place FROM sqlite_master WHERE type IN ('index', 'trigger') ORDER BY 1",
    "postgres": "SELECT indexname AS name, tablename AS place FROM pg_indexes WHERE schemaname = 'public'"
    " UNION SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
}


async def sql(url: str, *statements: str) -> list[dict[str, Any]]:
    """What the last statement finds, over a connection of our own."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as file:
            file.row_factory = sqlite3.Row
            rows = [dict(row) for row in [file.execute(statement).fetchall() for statement in statements][-1]]
            file.commit()
            return rows
    server = await asyncpg.connect(url)
    try:
        return [dict(row) for row in [await server.fetch(statement) for statement in statements][-1]]
    finally:
        await server.close()


async def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    return {table: await sql(url, f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


async def names(url: str) -> list[tuple[str, str]]:
    return [(row["name"], row["place"]) for row in await sql(url, NAMES[engine_for(url).kind])]


async def fill(url: str) -> None:
    async with Database(url):
        archive = Archive()
        me = await archive.local_person()
        await Preferences().set(me, "theme", "dark")
        for number in range(3):
            lanes = [Lane(model=f"groq/{name}", name=name) for name in "abc"]
            conversation = Conversation(title=f"Snow; 'quoted' {number}", lanes=lanes)
            await archive.begin(me, conversation)
            for _ in range(4):
                replies = {lane.uid: [ModelReply(lane_uid=lane.uid, model=lane.model)] for lane in lanes}
                await archive.add_turn(me, conversation.uid, Turn(prompt="Why?", replies=replies))


def copies(folder: Path) -> list[Path]:
    return list(folder.glob("omnichat-before-upgrade-*.db"))


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return package(tmp_path, monkeypatch, "later_steps", LATER)


def package(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, second: str) -> str:
    """The name of a package of our migrations and one more."""
    path = folder / "code" / name
    shutil.copytree(services.migrations.__path__[0], path, ignore=shutil.ignore_patterns("__pycache__"))
    (path / "0008_later.py").write_text(second)
    monkeypatch.syspath_prepend(folder / "code")
    for module in [module for module in sys.modules if module.split(".")[0] == name]:
        monkeypatch.delitem(sys.modules, module)
    return name


async def test_the_records_and_the_migrations_say_the_same(sqlite_url: str) -> None:
    config = configuration(engine_for(sqlite_url))
    async with TortoiseContext() as context:
        await context.init(config)
        assert context.apps
        missing = await MigrationAutodetector(context.apps, config["apps"]).changes()
    assert [operation.describe() for writer in missing for operation in writer.operations] == []


async def test_a_full_database_goes_up_down_and_up_with_every_row_index_and_trigger(
    database_url: str, later: str
) -> None:
    await fill(database_url)
    engine = engine_for(database_url)
    await sql(database_url, *EXTRAS[engine.kind], "SELECT 1")
    old_rows, old_names = await rows(database_url), await names(database_url)
    assert len(old_rows["reply_version"]) == 36
    assert {"extra_index", "extra_own", "extra_other", "reply_turn_lane"} <= {name for name, _ in old_names}

    await bring_up_to_date(engine, migrations=later)
    new_rows = await rows(database_url)
    assert not any(row.pop("starred") for row in new_rows["conversation"])
    assert new_rows == old_rows
    assert await names(database_url) == old_names

    await bring_up_to_date(engine, migrations=later, target=NEWEST)
    assert await rows(database_url) == old_rows
    assert await names(database_url) == old_names

    await bring_up_to_date(engine, migrations=later)
    assert len((await rows(database_url))["reply_version"]) == 36
    assert await names(database_url) == old_names


async def test_an_emptied_database_is_as_good_as_new(database_url: str, later: str) -> None:
    engine = engine_for(database_url)
    await bring_up_to_date(engine, migrations=later)
    await bring_up_to_date(engine, migrations=later, target=NEWEST)
    await fill(database_url)
    assert len((await rows(database_url))["reply"]) == 36


async def test_a_failed_upgrade_changes_nothing_and_says_so(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(database_url)
    old_rows, old_names = await rows(database_url), await names(database_url)
    broken = package(tmp_path, monkeypatch, "broken_steps", BROKEN)
    with pytest.raises(DatabaseUnusableError, match=r"could not be upgraded \(.*nowhere"):
        await bring_up_to_date(engine_for(database_url), migrations=broken)
    assert await rows(database_url) == old_rows
    assert await names(database_url) == old_names
    async with Database(database_url) as database:
        assert await database.ping()


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url: str, later: str) -> None:
    await fill(database_url)
    await bring_up_to_date(engine_for(database_url), migrations=later)
    old_rows, old_names = await rows(database_url), await names(database_url)
    with pytest.raises(DatabaseUnusableError, match=r"made by a newer version of OmniChat \(0008_later\)"):
        await Database(database_url).open()
    assert await rows(database_url) == old_rows
    assert await names(database_url) == old_names


async def test_a_file_is_copied_before_it_is_upgraded_but_not_at_every_start(
    sqlite_url: str, tmp_path: Path, later: str
) -> None:
    await fill(sqlite_url)
    old_rows = await rows(sqlite_url)
    (tmp_path / "omnichat.db").chmod(0o600)
    assert copies(tmp_path) == []
    await bring_up_to_date(engine_for(sqlite_url), migrations=later)
    [copy] = copies(tmp_path)
    assert await rows(f"sqlite://{copy}") == old_rows
    assert copy.stat().st_mode & 0o777 == 0o600


async def test_replicas_that_start_together_migrate_one_after_the_other(postgres_cluster: Cluster) -> None:
    postgres_url = postgres_cluster.create_database()
    await asyncio.gather(*(bring_up_to_date(engine_for(postgres_url)) for _ in range(3)))
    async with Database(postgres_url) as database:
        assert await database.ping()


async def test_temperature_and_instructions_of_before_become_parameters_and_come_back(database_url: str) -> None:
    engine = engine_for(database_url)
    await bring_up_to_date(engine, target="0002_models")
    await sql(
        database_url,
        "INSERT INTO person (id, uid, name, created_at) VALUES (1, 'p', 'me', '2026-01-01')",
        "INSERT INTO conversation (id, uid, owner_id, title, draft, created_at, updated_at)"
        " VALUES (1, 'c', 1, 't', '', '2026-01-01', '2026-01-01')",
        "INSERT INTO lane (id, uid, owner_id, conversation_id, position, model, name, temperature, system_prompt,"
        " removed) VALUES (1, 'a', 1, 1, 0, 'x/y', 'A', 0.3, 'Say \"tide\".\n', FALSE),"
        " (2, 'b', 1, 1, 1, 'x/y', 'B', NULL, '', FALSE)",
        "SELECT 1",
    )
    before = await sql(database_url, "SELECT * FROM lane ORDER BY id")

    await bring_up_to_date(engine)
    async with Database(database_url):
        archive = Archive()
        lanes = await archive.lanes(Person(id=1, uid="p", name="me"), "c")
    assert [lane.parameters for lane in lanes] == [
        Parameters(temperature=0.3, system_prompt='Say "tide".\n'),
        Parameters(),
    ]

    await bring_up_to_date(engine, target="0002_models")
    after = await sql(database_url, "SELECT * FROM lane ORDER BY id")
    assert [sorted(row.items()) for row in after] == [sorted(row.items()) for row in before]
