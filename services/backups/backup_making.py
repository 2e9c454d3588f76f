"""Making one backup, and reading it back before it counts as one."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from threading import Event
from typing import Final

from services.backups.backup_files import BackupError, Manifest, pack, unpack
from services.backups.dump_contents import Contents
from services.backups.dumps import Dump, dump_of
from services.chats.replies import now
from services.settings import Settings
from services.threads import in_thread

log = logging.getLogger(__name__)
FOLDERS: Final = ("attachments",)  # in the data folder, backed up with the database
KEYS: Final = ("master.key", "cookie.key")  # in the data folder, backed up on request only
KEYS_FOLDER: Final = "keys"
IN_A_BACKUP: Final = (*FOLDERS, KEYS_FOLDER)
PACKED: Final = "packed.tar"
WITH_KEYS: Final = "with-keys"
BEFORE_RESTORE: Final = "before-restore"
WORKSHOP: Final = ".making-"
ABANDONED: Final = 24 * 3600  # seconds after which what a crash left behind is taken away


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was made and read back: where it is, the bytes, rows and files in it."""

    path: Path
    size: int
    rows: int
    files: int
    keys: bool


class BackupMaker:
    """Back up one server, which may be running; nothing in its database is changed, not even brought up to date."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def make(self, folder: Path, *, keys: bool = False) -> Backup:
        """Make a backup in ``folder``, named by the moment; raise a ``BackupError`` or ``DatabaseUnusableError``.

        Without ``keys``, saved keys of providers can be opened only by whoever kept ``master.key`` apart. A database
        in which OmniChat never was is refused.
        """
        return await self._make(folder, WITH_KEYS if keys else "", keys=keys, ever_used=True)

    async def make_safe(self, folder: Path, *, keys: bool) -> Backup:
        """Make a backup of whatever is there before it is replaced, be it files alone; its name says so."""
        return await self._make(folder, BEFORE_RESTORE, keys=keys, ever_used=False)

    async def _make(self, folder: Path, label: str, *, keys: bool, ever_used: bool) -> Backup:
        dump = dump_of(self._settings.database)
        moment = now()
        target = folder / name_of(moment, label)
        try:
            _open_folder(folder)
            with tempfile.TemporaryDirectory(prefix=WORKSHOP, dir=folder) as workshop:
                contents = await self._copy(dump, Path(workshop), ever_used=ever_used)
                manifest = await self._pack(dump, contents, Path(workshop), moment, keys=keys)
                await self._check(dump, contents, Path(workshop))
                (Path(workshop) / PACKED).rename(target)
        except OSError as error:
            reason = error.strerror or str(error)
            raise BackupError(f"The backup cannot be written to {folder} ({reason}).") from error
        return Backup(
            path=target,
            size=sum(each.size for each in manifest.members.values()),
            rows=sum(contents.rows.values()),
            files=len(manifest.members) - 1,
            keys=keys,
        )

    async def _copy(self, dump: Dump, workshop: Path, *, ever_used: bool) -> Contents:
        log.info("Copying the database")
        contents = await dump.write(workshop / dump.member)
        if ever_used and not contents.migrations:
            raise BackupError(
                f"There is no database of OmniChat at {dump.name}. Check OMNICHAT_DATA_DIR and OMNICHAT_DATABASE_URL."
            )
        return contents

    async def _pack(self, dump: Dump, contents: Contents, workshop: Path, moment: datetime, *, keys: bool) -> Manifest:
        """Pack the copy and what lies beside the database, and take the copy away again."""
        log.info("Packing it")
        about = Manifest(
            version=our_version(),
            made_at=moment,
            engine=dump.engine,
            migration=contents.migration,
            rows=dict(contents.rows),
        )
        copy, data = workshop / dump.member, self._settings.data_dir

        def work(given_up: Event) -> Manifest:
            files = chain([(dump.member, copy)], _files(data, keys=keys))
            manifest = pack(workshop / PACKED, files, about, given_up)
            copy.unlink()
            return manifest

        return await in_thread(work)

    async def _check(self, dump: Dump, contents: Contents, workshop: Path) -> None:
        """Read everything back, and the database out of it once more."""
        log.info("Checking what was written")
        packed, copy = workshop / PACKED, workshop / dump.member
        await in_thread(lambda given_up: unpack(packed, workshop, given_up, folders=IN_A_BACKUP, only=dump.member))
        if await dump.read(copy) != contents:
            raise BackupError("The backup does not hold what the database held. Check the disk, then try again.")
        await in_thread(lambda _: copy.unlink())


def name_of(moment: datetime, label: str = "") -> str:
    """Return how a backup of that moment is called."""
    stamp = f"{moment.astimezone(UTC):%Y%m%dT%H%M%S}.{moment.microsecond // 1000:03}Z"
    return "-".join(filter(None, ("omnichat", stamp, label))) + ".tar"


def our_version() -> str:
    """Return the version of OmniChat that runs."""
    try:
        return version("omnichat")
    except PackageNotFoundError:  # run from a folder of its own, never installed
        return "unknown"


def _files(data: Path, *, keys: bool) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(data).as_posix(), path
    for name in KEYS if keys else ():
        if (data / name).exists():
            yield f"{KEYS_FOLDER}/{name}", data / name


def _open_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(f"{WORKSHOP}*"):
        if time.time() - left.stat().st_mtime > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
