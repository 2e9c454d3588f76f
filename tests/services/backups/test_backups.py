"""Backups of a server that runs: what is in them, who may read them, how many are kept and who hears of a failure."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import stat
import tarfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.backups.backup_files import BackupError
from services.backups.backup_making import BackupMaker
from services.backups.backups import Backups
from services.backups.restoring import Restoring
from services.chats.archive import Archive
from services.news import News
from services.notices import Notices
from services.people.person import Person
from services.records.server import NoticeRecord
from services.settings import Settings
from services.storage.database import Database
from tests.services.full_house import everything, fill


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url)


def nightly_of(settings: Settings, *people: Person) -> tuple[Backups, Notices]:
    async def admins() -> Sequence[Person]:
        return people

    notices = Notices(News())
    return Backups(settings, notices, admins), notices


def inside(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {info.name: file.read() for info in tar if (file := tar.extractfile(info))}


async def test_a_backup_says_what_it_holds_and_only_its_owner_may_read_it(settings: Settings) -> None:
    await fill(settings)
    (settings.data_dir / "attachments" / "ab").mkdir(parents=True)
    (settings.data_dir / "attachments" / "ab" / "photo.png").write_bytes(b"pixels")
    (settings.data_dir / "attachments" / "link").symlink_to("/etc/passwd")
    folder = settings.data_dir / "new" / "backups"
    made = await BackupMaker(settings).make(folder)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == [made.path]
    held = inside(made.path)
    manifest = json.loads(held.pop("manifest.json"))
    rows = {table: len(found) for table, found in (await everything(settings.database)).items()}
    assert manifest["rows"] == rows
    assert manifest["members"].keys() == held.keys()
    assert held.pop("attachments/ab/photo.png") == b"pixels"
    assert len(held) == 1
    assert (made.rows, made.files, made.keys) == (sum(rows.values()), 1, False)


async def test_keys_are_in_it_only_on_request_and_its_name_says_so(settings: Settings) -> None:
    await fill(settings)
    (settings.data_dir / "cookie.key").write_text("cookie")
    maker = BackupMaker(settings)
    without, within = await maker.make(settings.data_dir / "b"), await maker.make(settings.data_dir / "b", keys=True)
    assert not [name for name in inside(without.path) if "key" in name]
    held = inside(within.path)
    assert held["keys/cookie.key"] == b"cookie"
    assert held["keys/master.key"] == (settings.data_dir / "master.key").read_bytes()
    assert within.path.name.endswith("Z-with-keys.tar")


async def test_a_backup_made_while_people_write_is_whole(settings: Settings, tmp_path: Path, empty_url: str) -> None:
    async with Database(settings.database):
        me = await Archive().local_person()
        notices, over = Notices(News()), asyncio.Event()

        async def write() -> None:
            while not over.is_set():
                await notices.tell(me, "busy")

        writing = [asyncio.create_task(write()) for _ in range(5)]
        await notices.tell(me, "before")
        made = await BackupMaker(settings).make(tmp_path / "b")
        over.set()
        await asyncio.gather(*writing)
    there = Settings(data_dir=tmp_path / "there", database_url=empty_url)
    restored = await Restoring(there).restore(made.path)
    assert restored.rows == made.rows
    assert sum(map(len, (await everything(there.database)).values())) == made.rows + 1  # the check of the master key


async def test_a_backup_changes_nothing_in_the_database(settings: Settings) -> None:
    await fill(settings)
    before = await everything(settings.database)
    await BackupMaker(settings).make(settings.data_dir / "b")
    assert await everything(settings.database) == before


async def test_a_backup_that_is_given_up_leaves_nothing_behind(settings: Settings) -> None:
    await fill(settings)
    task = asyncio.create_task(BackupMaker(settings).make(settings.data_dir / "b"))
    await asyncio.sleep(0)  # in which it begins
    assert [path.name[:8] for path in (settings.data_dir / "b").iterdir()] == [".making-"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list((settings.data_dir / "b").iterdir()) == []


async def test_what_a_crash_left_behind_is_taken_away_after_a_day(settings: Settings) -> None:
    await fill(settings)
    old, fresh = settings.data_dir / "b" / ".making-old", settings.data_dir / "b" / ".making-fresh"
    for folder in (old, fresh):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    made = await BackupMaker(settings).make(settings.data_dir / "b")
    assert set((settings.data_dir / "b").iterdir()) == {fresh, made.path}


async def test_the_newest_nightly_ones_are_kept_and_all_that_somebody_made(settings: Settings, me: Person) -> None:
    settings = settings.model_copy(update={"backups_kept": 2})
    backups, _ = nightly_of(settings, me)
    assert await backups.last() is None
    assert backups.kept() == []
    folder = settings.data_dir / "backups"
    folder.mkdir()
    for name in ("omnichat-20260101T000000.000Z", "omnichat-20250101T000000.000Z-with-keys", "holiday"):
        (folder / f"{name}.tar").write_bytes(b"")
    assert await backups.nightly()
    first = await backups.last()
    assert await backups.nightly()
    last = await backups.last()
    assert first
    assert last
    assert [each.name for each in backups.kept()] == [last.name, first.name]
    assert backups.kept()[0].size == (folder / last.name).stat().st_size
    assert {path.name for path in folder.iterdir()} == {
        last.name,
        first.name,
        "holiday.tar",
        "omnichat-20250101T000000.000Z-with-keys.tar",
    }
    assert (last.error, last.rows > 0, last.size > 0) == ("", True, True)
    assert datetime.now(UTC) - last.started_at < timedelta(minutes=5)


async def test_admins_hear_once_of_backups_that_fail(settings: Settings, me: Person, stranger: Person) -> None:
    (settings.data_dir / "taken").write_text("a file")
    backups, notices = nightly_of(settings.model_copy(update={"backups": str(settings.data_dir / "taken")}), me)
    for _ in range(2):
        assert not await backups.nightly()
    (told,) = await notices.of(me)
    assert told.title == "The nightly backup failed"
    assert "taken (File exists)" in told.text
    assert await notices.of(stranger) == []
    last = await backups.last()
    assert last
    assert last.error == told.text


async def test_none_are_made_where_none_are_wanted(settings: Settings, me: Person) -> None:
    backups, _ = nightly_of(settings.model_copy(update={"backups": "off"}), me)
    assert await backups.nightly()
    assert (await backups.last(), backups.kept(), backups.folder) == (None, [], None)
    assert await NoticeRecord.all().count() == 0


async def test_a_database_that_is_not_there_or_damaged_is_named(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with pytest.raises(BackupError, match=r"There is no database of OmniChat at .*omnichat\.db"):
        await BackupMaker(settings).make(tmp_path / "b")
    await fill(settings)
    path = tmp_path / "omnichat.db"
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 20] = os.urandom(4096 * 17)
    path.write_bytes(content)
    with pytest.raises(BackupError, match="cannot be copied or read"):
        await BackupMaker(settings).make(tmp_path / "b")
    assert list((tmp_path / "b").iterdir()) == []


@pytest.mark.parametrize(
    ("version", "says"),
    [
        ("", r"pg_dump is not installed\. Install PostgreSQL's client programs of version \d+ or newer"),
        ("9.6.24", r"pg_dump is version 9, and the server is version \d+\. Install"),
    ],
)
async def test_what_postgresql_needs_is_named(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, version: str, says: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    if version:
        (programs / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
        (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(BackupError, match=says):
        await BackupMaker(Settings(data_dir=tmp_path, database_url=postgres_url)).make(tmp_path / "b")
    assert list((tmp_path / "b").iterdir()) == []
