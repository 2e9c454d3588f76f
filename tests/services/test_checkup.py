"""The state of everything, and what is weak about it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.backups.backups import BackupReport
from services.chats.replies import now
from services.checkup import Checkup
from services.people.house import Registration
from services.people.person import NotAllowedError, Person, Role
from services.people.rules import Rules
from services.settings import Settings
from services.storage.database import Database
from tests.services.gatehouse import Gatehouse

GOOD = BackupReport(started_at=now(), seconds=1.0, name="omnichat.tar", size=5_000_000)
Build = Callable[..., Checkup]


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    async with Database(sqlite_url) as database:
        yield database


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[Gatehouse]:
    house = Gatehouse(tmp_path)
    yield house
    await house.close()


@pytest.fixture
def build(house: Gatehouse, database: Database, tmp_path: Path) -> Build:
    """Return what builds a checkup of a server that is set up like that."""
    tmp_path.chmod(0o700)

    def building(backup: BackupReport | None = GOOD, **settings: object) -> Checkup:
        safe: dict[str, object] = {"host": "0.0.0.0", "url": "https://chat.example", "master_key": "k" * 40}
        made = Settings.model_validate({"data_dir": tmp_path, **safe, **settings})

        async def last() -> BackupReport | None:
            return backup

        return Checkup(made, database, house.hub, house.house, last)

    return building


async def the_owner(house: Gatehouse) -> Person:
    """Return an owner who signs in safely, in a house with a default group."""
    owner = await house.person("olga", Role.OWNER)
    await house.with_phone(owner)
    group = await house.groups.save(owner, "Everybody", Rules())
    await house.house.change(owner, lambda rules: replace(rules, group=group.uid))
    return owner


async def titles(checkup: Checkup, who: Person) -> list[str]:
    return [weakness.title for weakness in await checkup.weaknesses(who)]


async def test_a_server_that_is_set_up_well_has_no_weakness(house: Gatehouse, build: Build) -> None:
    owner = await the_owner(house)
    assert await titles(build(), owner) == []


@pytest.mark.parametrize(
    ("settings", "title"),
    [
        ({"master_key": ""}, "The master key lies beside the database"),
        ({"url": "http://chat.example"}, "People reach this server without TLS"),
        ({"url": ""}, "People reach this server without TLS"),
        ({"trusted_proxies": "*"}, "OMNICHAT_TRUSTED_PROXIES trusts everybody"),
        ({"allowed_origins": "https://a.example, *"}, "OMNICHAT_ALLOWED_ORIGINS trusts everybody"),
        ({"private_networks": "10.0.0.0/8"}, "OMNICHAT_PRIVATE_NETWORKS opens a wide network"),
        ({"backup": None}, "There is no backup"),
        ({"backup": replace(GOOD, error="The disk is full.")}, "The last backup is not good"),
        ({"backup": replace(GOOD, started_at=now() - timedelta(days=3))}, "The last backup is not good"),
    ],
)
async def test_each_weakness_is_named_with_its_next_step(
    house: Gatehouse, build: Build, settings: dict[str, object], title: str
) -> None:
    owner = await the_owner(house)
    (weakness,) = await build(**settings).weaknesses(owner)
    assert (weakness.title, bool(weakness.cure)) == (title, True)


async def test_whoever_has_no_backup_yet_is_told_when_there_will_be_one(house: Gatehouse, build: Build) -> None:
    owner = await the_owner(house)
    (weakness,) = await build(backup=None).weaknesses(owner)
    assert "The first is made tonight" in weakness.cure
    (weakness,) = await build(backup=None, backups="off").weaknesses(owner)
    assert "OMNICHAT_BACKUPS" in weakness.cure


async def test_open_doors_and_bare_passwords_are_grave(house: Gatehouse, build: Build) -> None:
    owner = await house.person("olga", Role.OWNER)
    await house.person("adam", Role.ADMIN)
    await house.house.change(owner, lambda rules: replace(rules, registration=Registration.OPEN))
    found = await build().weaknesses(owner)
    assert [(each.title, each.grave) for each in found] == [
        ("Everybody who finds this server can make an account", True),
        ("Admins sign in by password alone", True),
        ("There is no default group", False),
    ]
    assert found[1].words == "adam, olga can change everything here."


async def test_a_data_folder_that_everybody_can_read_is_told(house: Gatehouse, build: Build, tmp_path: Path) -> None:
    owner = await the_owner(house)
    os.chmod(tmp_path, 0o755)
    assert await titles(build(), owner) == ["Everybody on this machine can look into the data folder"]


async def test_whoever_is_alone_hears_of_the_machine_only(house: Gatehouse, build: Build) -> None:
    owner = await house.person("olga", Role.OWNER)
    assert await titles(build(host="127.0.0.1", url=""), owner) == []


async def test_health_tells_how_everything_is(house: Gatehouse, build: Build) -> None:
    owner = await the_owner(house)
    health = await build().health(owner)
    assert (health.database, health.people, health.running, health.waiting) == ("SQLite", 1, 0, 0)
    assert health.database_size > 10_000
    assert 0 < health.disk_free <= health.disk_size
    assert health.backup == GOOD
    assert health.version[0].isdigit()


async def test_only_admins_look(house: Gatehouse, build: Build) -> None:
    user = await house.person("uma")
    for look in (build().health, build().weaknesses):
        with pytest.raises(NotAllowedError):
            await look(user)
