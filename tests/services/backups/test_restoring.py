"""Restoring: every row comes back, and what is not a sound backup changes nothing."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.backups.backup_files import BackupError
from services.backups.backup_making import BackupMaker
from services.backups.restoring import Restoring
from services.chats.replies import new_uid, now
from services.records.person import PersonRecord
from services.settings import Settings
from services.storage.database import Database, engine_for
from services.storage.migrating import bring_up_to_date, known_migrations
from tests.services.full_house import EACH, Rows, every_model, everything, fill
from tests.services.ready import ready_file, ready_server
from tests.services.storage.test_migrations import sql

Members = list[tuple[tarfile.TarInfo, bytes]]
OLDER = "0003_parameters"


@pytest.fixture
async def here(tmp_path: Path, database_url: str) -> Settings:
    """A server with something in every table, in a folder of files, and with keys."""
    settings = Settings(data_dir=tmp_path / "here", database_url=database_url)
    settings.data_dir.mkdir()
    await fill(settings)
    (settings.data_dir / "cookie.key").write_text("cookie")
    (settings.data_dir / "attachments" / "ab").mkdir(parents=True)
    (settings.data_dir / "attachments" / "ab" / "c").write_bytes(b"attached")
    return settings


@pytest.fixture
def there(tmp_path: Path, empty_url: str) -> Settings:
    """A server that was never started."""
    return Settings(data_dir=tmp_path / "there", database_url=empty_url)


@pytest.fixture
async def full(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Settings:
    """Another server with something in every table."""
    folder = tmp_path / "full"
    (folder / "attachments").mkdir(parents=True)
    (folder / "attachments" / "own").write_bytes(b"own")
    if database_url.startswith("sqlite"):
        url = await ready_file(folder / "omnichat.db")
    else:
        url = await ready_server(request.getfixturevalue("postgres_cluster"))
    settings = Settings(data_dir=folder, database_url=url)
    await fill(settings)
    return settings


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def signed_out(rows: Rows) -> Rows:
    """Return the rows without what somebody is signed in with."""
    return {**rows, "session": [], "refresh_token": []}


async def test_every_row_of_every_table_and_every_file_comes_back(here: Settings, there: Settings) -> None:
    made = await BackupMaker(here).make(here.data_dir / "b", keys=True)
    restored = await Restoring(there).restore(made.path)
    rows = await everything(here.database)
    assert {model._meta.db_table for model in await every_model(here.database)} <= rows.keys()
    assert min(map(len, rows.values())) >= EACH
    assert await everything(there.database) == signed_out(rows)
    assert restored.ended == 2 * EACH
    assert (restored.rows, restored.files, restored.safety, restored.warning) == (made.rows, made.files, None, "")
    for name in ("attachments/ab/c", "master.key", "cookie.key"):
        assert (there.data_dir / name).read_bytes() == (here.data_dir / name).read_bytes()
        assert (there.data_dir / name).stat().st_mode & 0o077 == 0
    assert not list(there.data_dir.glob(".restoring-*"))
    async with Database(there.database):
        await PersonRecord.create(uid=new_uid(), name="next", created_at=now())  # the counters came along


async def test_a_backup_without_keys_says_that_the_master_key_is_missing(here: Settings, there: Settings) -> None:
    made = await BackupMaker(here).make(here.data_dir / "b")
    restored = await Restoring(there).restore(made.path)
    assert (
        "master.key is not the master key that saved keys are sealed with. Put the right one back" in restored.warning
    )
    (there.data_dir / "master.key").write_bytes((here.data_dir / "master.key").read_bytes())
    safely = await Restoring(there).restore(made.path, replace=True)
    assert safely.warning == ""


async def test_a_full_server_is_replaced_only_when_told_to_and_can_be_had_back(here: Settings, full: Settings) -> None:
    rows, before = await everything(full.database), files(full.data_dir)
    made = await BackupMaker(here).make(here.data_dir / "b", keys=True)
    with pytest.raises(BackupError, match=r"This server is not empty\. With --replace it is backed up first"):
        await Restoring(full).restore(made.path)
    assert await everything(full.database) == rows
    restored = await Restoring(full).restore(made.path, replace=True)
    assert await everything(full.database) == signed_out(await everything(here.database))
    assert not (full.data_dir / "attachments" / "own").exists()
    assert restored.safety
    assert restored.safety.parent == full.data_dir / "backups"
    await Restoring(full).restore(restored.safety, replace=True)
    assert await everything(full.database) == signed_out(rows)
    after = files(full.data_dir)
    for name in ("attachments/own", "master.key"):
        assert after[name] == before[name]


async def test_files_alone_make_a_server_full(here: Settings, there: Settings) -> None:
    made = await BackupMaker(here).make(here.data_dir / "b")
    (there.data_dir / "attachments").mkdir(parents=True)
    (there.data_dir / "attachments" / "own").write_bytes(b"own")
    with pytest.raises(BackupError, match="not empty"):
        await Restoring(there).restore(made.path)
    assert files(there.data_dir) == {"attachments/own": b"own"}
    restored = await Restoring(there).restore(made.path, replace=True)
    assert await everything(there.database) == signed_out(await everything(here.database))
    assert restored.safety
    assert "attachments/own" in {info.name for info, _ in members_of(restored.safety)}
    await Restoring(there).restore(restored.safety, replace=True)
    assert (there.data_dir / "attachments" / "own").read_bytes() == b"own"
    assert (await everything(there.database))["person"] == []


async def test_keys_that_are_there_are_not_overwritten_unasked(here: Settings, there: Settings) -> None:
    made = await BackupMaker(here).make(here.data_dir / "b", keys=True)
    there.data_dir.mkdir()
    (there.data_dir / "master.key").write_text("another")
    with pytest.raises(BackupError, match="not empty"):
        await Restoring(there).restore(made.path)
    assert files(there.data_dir) == {"master.key": b"another"}


async def test_an_older_backup_is_brought_up_to_date(tmp_path: Path, database_url: str, there: Settings) -> None:
    here = Settings(data_dir=tmp_path / "here", database_url=database_url)
    await bring_up_to_date(engine_for(here.database), target=OLDER)
    await sql(here.database, "INSERT INTO person (uid, name, created_at) VALUES ('u', 'old', '2026-01-01')", "SELECT 1")
    made = await BackupMaker(here).make(here.data_dir / "b")
    await Restoring(there).restore(made.path)
    rows = await everything(there.database)
    assert {row[2] for row in rows["tortoise_migrations"]} == known_migrations()
    assert [row[2] for row in rows["person"]] == ["old"]


async def test_a_newer_backup_is_refused(here: Settings, there: Settings) -> None:
    later = "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('records', '9999_later', '2026-01-01')"
    await sql(here.database, later, "SELECT 1")
    made = await BackupMaker(here).make(here.data_dir / "b")
    with pytest.raises(BackupError, match=r"whose database is newer \(9999_later\).* Install that version first"):
        await Restoring(there).restore(made.path)
    assert files(there.data_dir) == {}


async def test_a_backup_of_the_other_engine_is_refused(tmp_path: Path, sqlite_url: str, postgres_url: str) -> None:
    made = await BackupMaker(Settings(data_dir=tmp_path, database_url=sqlite_url)).make(tmp_path / "b")
    with pytest.raises(BackupError, match="of a sqlite database, and this server uses postgres"):
        await Restoring(Settings(data_dir=tmp_path / "there", database_url=postgres_url)).restore(made.path)


async def test_a_server_that_runs_is_left_alone(here: Settings, there: Settings, empty_url: str) -> None:
    made = await BackupMaker(here).make(here.data_dir / "b")
    there.data_dir.mkdir()
    async with Database(there.database):
        await PersonRecord.all().count()
        with pytest.raises(BackupError, match=r"is in use .*Stop OmniChat first"):
            await Restoring(there).restore(made.path, replace=True)


async def test_what_postgresql_refuses_half_way_is_put_back(
    tmp_path: Path, postgres_url: str, empty_postgres: str
) -> None:
    here = Settings(data_dir=tmp_path, database_url=postgres_url)
    made = await BackupMaker(here).make(tmp_path / "b")
    there = Settings(data_dir=tmp_path / "there", database_url=empty_postgres)
    await sql(there.database, "CREATE TABLE mine (a int)", "INSERT INTO mine VALUES (7)", "CREATE TYPE vote AS (a int)")
    with pytest.raises(BackupError, match=r'pg_restore failed: .*"vote" already exists'):
        await Restoring(there).restore(made.path, replace=True)
    assert await everything(there.database) == {"mine": [(7,)]}
    server = await asyncpg.connect(there.database)
    assert not await server.fetchval("SELECT to_regnamespace('omnichat_before_restore') IS NOT NULL")
    await server.close()


def member(name: str, content: bytes = b"evil", **other: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in other.items():
        setattr(info, key, value)
    return info, content


def listed(members: Members, name: str, content: bytes = b"evil", **other: Any) -> Members:
    """Add a file that the manifest knows."""
    told = json.loads(members[-1][1])
    told["members"][name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    text = json.dumps(told).encode()
    kept = [each for each in members[:-1] if each[0].name != name]
    return [*kept, member(name, content, **other), member("manifest.json", text)]


def told(members: Members, **changes: Any) -> Members:
    text = json.dumps({**json.loads(members[-1][1]), **changes}).encode()
    return [*members[:-1], member("manifest.json", text)]


def changed(members: Members) -> Members:
    (info, content), *rest = members
    return [(info, content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]), *rest]


Spoiling = Callable[[Members], Members]
HOSTILE: dict[str, tuple[str, Spoiling]] = {
    "a changed byte": ("was changed", changed),
    "no manifest": ("has no manifest", lambda each: each[:-1]),
    "no database": ("not what its manifest lists|this server uses", lambda each: each[1:]),
    "a file that is not listed": ("not what its manifest lists", lambda each: [member("attachments/x"), *each]),
    "a file that is missing": ("not what its manifest lists", lambda each: [each[0], each[-1]]),
    "two files of one name": ("in it twice", lambda each: [each[0], *each]),
    "a path upwards": ("is no name", lambda each: listed(each, "attachments/../../evil")),
    "a path upwards at once": ("is no name", lambda each: listed(each, "../evil")),
    "an absolute path": ("is no name", lambda each: listed(each, "/omnichat-evil")),
    "a path of Windows": ("is no name", lambda each: listed(each, "attachments\\..\\..\\evil")),
    "a folder that is not ours": ("is no name", lambda each: listed(each, "models/evil.gguf")),
    "a name that cannot be seen": ("is no name", lambda each: listed(each, "attachments/a\x1b[2Jb")),
    "a symbolic link": (
        "not a plain file",
        lambda each: [member("attachments", b"", type=tarfile.SYMTYPE, linkname="/etc"), *each],
    ),
    "a hard link": (
        "not a plain file",
        lambda each: [member("attachments/l", b"", type=tarfile.LNKTYPE, linkname="/etc/passwd"), *each],
    ),
    "a device": ("not a plain file", lambda each: [member("attachments/d", b"", type=tarfile.CHRTYPE), *each]),
    "a pipe": ("not a plain file", lambda each: [member("attachments/p", b"", type=tarfile.FIFOTYPE), *each]),
    "a folder": ("not a plain file", lambda each: [member("attachments", b"", type=tarfile.DIRTYPE), *each]),
    "a hole of a terabyte": (
        "not a plain file",
        lambda each: listed(
            each, "attachments/hole", b"", pax_headers={"GNU.sparse.map": "0,0", "GNU.sparse.size": str(1 << 40)}
        ),
    ),
    "another number of rows": ("not hold what its manifest lists", lambda each: told(each, rows={"person": 1})),
    "another migration": ("not hold what its manifest lists", lambda each: told(each, migration="0001_conversations")),
    "a format of the future": ("manifest makes no sense", lambda each: told(each, format=2)),
    "words that are not asked for": ("manifest makes no sense", lambda each: told(each, run="rm")),
    "a manifest that is none": (
        "manifest makes no sense",
        lambda each: [*each[:-1], member("manifest.json", b"[" * 100_000)],
    ),
    "a database that is none": (
        "cannot be read",
        lambda each: listed(each, each[0][0].name, b"SQLite format 3\0" + b"x" * 5000),
    ),
    "half a database": (
        "cannot be read|pg_restore failed",
        lambda each: listed(each, each[0][0].name, each[0][1][: len(each[0][1]) // 2]),
    ),
}


def members_of(path: Path) -> Members:
    with tarfile.open(path) as tar:
        return [(info, file.read()) for info in tar if (file := tar.extractfile(info))]


def written(path: Path, members: Members) -> Path:
    with tarfile.open(path, "w:") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return path


async def test_what_is_hostile_or_damaged_is_refused_and_changes_nothing(
    tmp_path: Path, here: Settings, full: Settings
) -> None:
    made = await BackupMaker(here).make(here.data_dir / "b", keys=True)
    good, size = members_of(made.path), made.path.stat().st_size
    bad = {
        name: (says, written(tmp_path / f"{name}.tar", spoil(list(good)))) for name, (says, spoil) in HOSTILE.items()
    }
    whole = made.path.read_bytes()
    for cut in (0, 1, 700, 10_240, size // 20_480 * 10_240, size - 10_241, size - 1):
        path = tmp_path / f"cut-{cut}.tar"
        path.write_bytes(whole[:cut])
        bad[path.name] = ("cut off|empty file|unexpected end of data|has no manifest", path)
    header = member("attachments/big", b"", size=1 << 40)[0].tobuf()
    (tmp_path / "too-big.tar").write_bytes(header + b"\0" * (10_240 - len(header)))
    bad["too big for its file"] = ("unexpected end of data", tmp_path / "too-big.tar")
    bad["nothing there"] = ("No such file", tmp_path / "nowhere.tar")
    rows, before = await everything(full.database), files(tmp_path)
    for name, (says, path) in bad.items():
        with pytest.raises(BackupError, match=says):
            await Restoring(full).restore(path, replace=True)
        assert await everything(full.database) == rows, name
        assert files(tmp_path) == before, name


async def test_the_same_files_unspoilt_are_taken(tmp_path: Path, here: Settings, there: Settings) -> None:
    made = await BackupMaker(here).make(here.data_dir / "b")
    again = written(tmp_path / "again.tar", listed(members_of(made.path), "attachments/more"))
    await Restoring(there).restore(again)
    assert (there.data_dir / "attachments" / "more").read_bytes() == b"evil"
