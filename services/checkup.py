"""How this installation does, what is weak about it, and how to mend that."""

from __future__ import annotations

import asyncio
import platform
import shutil
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from services.backups.backups import BackupReport
from services.chats.hub import StreamHub
from services.chats.replies import now
from services.people.account_rows import accounts
from services.people.house import House, HouseRules, Registration
from services.people.person import Person, Role, demand_admin
from services.records.server import JobRecord
from services.settings import Settings, is_loopback
from services.storage.database import Database

DESCRIPTION: Final = Path(__file__).parents[1] / "pyproject.toml"
SCARCE: Final = 0.05  # of the disk
OLD: Final = timedelta(days=2)  # for a backup that is made every night
WIDE: Final = 65_536  # addresses in a network that is more than a few machines of one's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that comes round."""

    name: str
    next_run: datetime
    last_run: datetime | None
    running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How everything is now; sizes are in bytes, ``waiting`` answers are among those ``running``."""

    version: str
    python: str
    database: str
    database_size: int
    disk_free: int
    disk_size: int
    running: int
    waiting: int
    people: int
    jobs: tuple[Job, ...]
    backup: BackupReport | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """Something that is not as safe as it could be, and the next step; a ``grave`` one should not wait."""

    title: str
    words: str
    cure: str
    grave: bool = False


class Checkup:
    """Look at everything, for admins."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        hub: StreamHub,
        house: House,
        last_backup: Callable[[], Awaitable[BackupReport | None]],
    ) -> None:
        self._settings = settings
        self._database = database
        self._hub = hub
        self._house = house
        self._last_backup = last_backup

    async def health(self, who: Person) -> Health:
        """Return how everything is now."""
        demand_admin(who)
        disk = await asyncio.to_thread(shutil.disk_usage, self._settings.data_dir)
        moment = now()
        jobs = [
            Job(
                name=job.name,
                next_run=job.next_run_at,
                last_run=job.last_run_at,
                running=bool(job.locked_until and job.locked_until > moment),
            )
            for job in await JobRecord.all().order_by("next_run_at")
        ]
        return Health(
            version=_version(),
            python=platform.python_version(),
            database=self._database.kind,
            database_size=await self._database.size(),
            disk_free=disk.free,
            disk_size=disk.total,
            running=self._hub.running,
            waiting=self._hub.waiting,
            people=await accounts().count(),
            jobs=tuple(jobs),
            backup=await self._last_backup(),
        )

    async def weaknesses(self, who: Person) -> list[Weakness]:
        """Return what could be safer, the grave first."""
        health = await self.health(who)
        found = [*self._of_machine(health), *_of_backup(health.backup, nightly=self._settings.backups_dir is not None)]
        if not self._settings.alone:
            found += [*self._of_network(), *_of_people(await self._house.read(), await _bare_admins())]
        return sorted(found, key=lambda each: not each.grave)

    def _of_machine(self, health: Health) -> Iterator[Weakness]:
        settings = self._settings
        if health.disk_free < SCARCE * health.disk_size:
            yield Weakness(
                title="The disk is nearly full",
                words="When it is full, nothing can be written any more.",
                cure="Free some space, or move the data folder to a larger disk.",
                grave=True,
            )
        if not settings.master_key:
            yield Weakness(
                title="The master key lies beside the database",
                words="Whoever copies the data folder can open every provider key in it.",
                cure="Move what is in master.key into OMNICHAT_MASTER_KEY, kept in another place; delete the file.",
            )
        if settings.data_dir.stat().st_mode & 0o007:
            yield Weakness(
                title="Everybody on this machine can look into the data folder",
                words="Chats and accounts are in it.",
                cure=f"Run: chmod 700 {settings.data_dir}",
            )

    def _of_network(self) -> Iterator[Weakness]:
        settings = self._settings
        public = urlsplit(settings.url)
        if public.scheme != "https" and not is_loopback(public.hostname or settings.host):
            yield Weakness(
                title="People reach this server without TLS",
                words="Passwords and chats can be read by anybody on the way.",
                cure="Put a proxy with a certificate in front, and set OMNICHAT_URL to its https address.",
                grave=True,
            )
        trusted = {"TRUSTED_PROXIES": settings.trusted_proxies, "ALLOWED_ORIGINS": settings.allowed_origins}
        for name, value in trusted.items():
            if "*" in value:
                yield Weakness(
                    title=f"OMNICHAT_{name} trusts everybody",
                    words="Anybody can pretend to be the proxy, or ask from their own page.",
                    cure="Name the addresses that are yours.",
                    grave=True,
                )
        if any(network.num_addresses > WIDE for network in settings.open_networks.networks):
            yield Weakness(
                title="OMNICHAT_PRIVATE_NETWORKS opens a wide network",
                words="Endpoints that people add may reach every machine in it.",
                cure="Name the few machines that run models.",
            )


def _of_backup(backup: BackupReport | None, *, nightly: bool) -> Iterator[Weakness]:
    if backup is None:
        first = "The first is made tonight; make" if nightly else "Let OmniChat make them (OMNICHAT_BACKUPS), or make"
        yield Weakness(
            title="There is no backup",
            words="What is lost with this disk is lost.",
            cure=f"{first} one now: python -m maintenance.backup",
        )
    elif backup.error or now() - backup.started_at > OLD:
        yield Weakness(
            title="The last backup is not good",
            words=backup.error or "It is more than two days old.",
            cure="See to the cause, then make one by hand: python -m maintenance.backup",
            grave=True,
        )


def _of_people(rules: HouseRules, bare_admins: list[str]) -> Iterator[Weakness]:
    if rules.registration is Registration.OPEN:
        yield Weakness(
            title="Everybody who finds this server can make an account",
            words="They can spend what the server's keys pay for.",
            cure="Under Settings here, let people in by invitation, or give them a default group with tight rules.",
            grave=True,
        )
    if bare_admins:
        yield Weakness(
            title="Admins sign in by password alone",
            words=f"{', '.join(bare_admins)} can change everything here.",
            cure="Each of them turns on the second factor under Settings → Sign-in & safety.",
            grave=True,
        )
    if not rules.group:
        yield Weakness(
            title="There is no default group",
            words="People in no group may use every provider and every feature.",
            cure="Make a group under Groups, and choose it as the default under Settings here.",
        )


async def _bare_admins() -> list[str]:
    admins = accounts().filter(role__in=[Role.OWNER, Role.ADMIN], suspended=False, totp="").exclude(password="")
    return [str(handle) for handle in await admins.order_by("handle").values_list("handle", flat=True)]


def _version() -> str:
    """Return the version of what runs: the app is run from its own folder, and seldom installed."""
    described = tomllib.loads(DESCRIPTION.read_text("utf-8")) if DESCRIPTION.exists() else {}
    return str(described.get("project", {}).get("version", "unknown"))
