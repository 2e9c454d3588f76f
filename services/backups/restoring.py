"""Putting a backup in the place of what a server has."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from services.backups.backup_files import BackupError, Manifest, read_manifest, unpack
from services.backups.backup_making import FOLDERS, IN_A_BACKUP, KEYS, KEYS_FOLDER, Backup, BackupMaker, our_version
from services.backups.dump_contents import Contents
from services.backups.dumps import Dump, dump_of
from services.people.ending import sign_everybody_out
from services.secrets.master_keys import MasterKeys
from services.secrets.sealed_rows import SealedRows
from services.secrets.vault import Vault
from services.settings import Settings, SettingsError
from services.storage.database import Database
from services.threads import in_thread

log = logging.getLogger(__name__)
WORKSHOP: Final = ".restoring-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back, from when; ``safety`` is a backup of what was there before, ``warning`` what is yet to do.

    ``ended`` counts the sessions and sign-ins of programs that came along and let nobody in any more.
    """

    made_at: datetime
    rows: int
    files: int
    ended: int
    safety: Path | None
    warning: str


class Restoring:
    """Restore one server, which must not be running."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._data = settings.data_dir

    async def restore(self, path: Path, *, replace: bool = False) -> Restored:
        """Put back what ``path`` holds, and bring it up to date; raise a ``BackupError`` and change nothing otherwise.

        Everybody is signed out, or what was ended since the backup would live again. Only with ``replace`` may the
        server hold anything, and that is backed up first. Raise a ``DatabaseUnusableError`` when the database cannot
        be reached.
        """
        dump = dump_of(self._settings.database)
        log.info("Checking %s", path)
        manifest = await in_thread(lambda _: read_manifest(path, folders=IN_A_BACKUP))
        _refuse_foreign(manifest, dump)
        await in_thread(lambda _: self._data.mkdir(mode=0o700, parents=True, exist_ok=True))
        full = not (await dump.now()).is_empty or any(
            _is_filled(self._data / name) for name in self._replaced(manifest)
        )
        if full and not replace:
            raise BackupError(
                "This server is not empty. With --replace it is backed up first, then replaced; nothing was changed."
            )
        try:
            with tempfile.TemporaryDirectory(prefix=WORKSHOP, dir=self._data) as workshop:
                await self._check(path, Path(workshop), dump)
                safety = await self._safety_copy(manifest) if full else None
                await self._place(Path(workshop), manifest, dump)
        except OSError as error:
            raise BackupError(f"{error.filename}: {error.strerror or error}. Nothing was changed.") from error
        ended, warning = await self._settle()
        return Restored(
            made_at=manifest.made_at,
            rows=sum(manifest.rows.values()),
            files=len(manifest.members) - 1,
            ended=ended,
            safety=safety.path if safety else None,
            warning=warning,
        )

    async def _check(self, path: Path, workshop: Path, dump: Dump) -> None:
        """Unpack the backup and look into its database."""
        manifest = await in_thread(lambda given_up: unpack(path, workshop, given_up, folders=IN_A_BACKUP))
        try:
            contents = await dump.read(workshop / dump.member)
        except BackupError as error:
            raise BackupError(f"{path}: its database cannot be read. {error} Nothing was changed.") from error
        if contents.rows != manifest.rows or contents.migration != manifest.migration:
            raise BackupError(f"{path}: its database does not hold what its manifest lists. Nothing was changed.")
        _refuse_newer(contents, manifest)

    async def _safety_copy(self, manifest: Manifest) -> Backup:
        log.info("Backing up what is there")
        folder = self._settings.backups_dir or self._data / "backups"
        return await BackupMaker(self._settings).make_safe(folder, keys=_holds_keys(manifest))

    async def _place(self, workshop: Path, manifest: Manifest, dump: Dump) -> None:
        """Put the files in their places, then the database; whatever goes wrong, put all back."""
        log.info("Putting it in place")
        aside = workshop / "aside"
        aside.mkdir()
        with ExitStack() as undo:
            for name in self._replaced(manifest):
                new = workshop / (name if name in FOLDERS else f"{KEYS_FOLDER}/{name}")
                _swap(undo, new, self._data / name, aside / name)
            await dump.place(workshop / dump.member)
            undo.pop_all()

    @staticmethod
    def _replaced(manifest: Manifest) -> Sequence[str]:
        """Return what of the data folder the backup takes the place of, beside the database."""
        return [*FOLDERS, *(name for name in KEYS if f"{KEYS_FOLDER}/{name}" in manifest.members)]

    async def _settle(self) -> tuple[int, str]:
        """Sign everybody out; return how many sign-ins ended, and what is wrong with the master key, or nothing."""
        masters = MasterKeys(self._settings)
        async with Database(self._settings.database):
            ended = await sign_everybody_out()
            try:
                await SealedRows(masters, Vault(masters)).check()
            except SettingsError as error:
                return ended, str(error)
        return ended, ""


def _refuse_foreign(manifest: Manifest, dump: Dump) -> None:
    if manifest.engine != dump.engine or dump.member not in manifest.members:
        raise BackupError(
            f"This backup is of a {manifest.engine} database, and this server uses {dump.engine}. "
            "Change OMNICHAT_DATABASE_URL, or take another backup."
        )


def _refuse_newer(contents: Contents, manifest: Manifest) -> None:
    if contents.newer:
        raise BackupError(
            f"This backup was made by OmniChat {manifest.version}, whose database is newer ({contents.migration}) "
            f"than this one's ({our_version()}). Install that version first; nothing was changed."
        )


def _holds_keys(manifest: Manifest) -> bool:
    return any(name.startswith(f"{KEYS_FOLDER}/") for name in manifest.members)


def _is_filled(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _swap(undo: ExitStack, new: Path, place: Path, aside: Path) -> None:
    """Put ``new``, if there is any, in ``place``, and what was there ``aside``; have it undone by ``undo``."""
    if place.exists():
        os.replace(place, aside)
        undo.callback(os.replace, aside, place)
    if new.exists():
        os.replace(new, place)
        undo.callback(_remove, place)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
