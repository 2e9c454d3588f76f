"""A backup as one file: written whole, and read as if a stranger had made it."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import IO, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.threads import GivenUpError

MANIFEST: Final = "manifest.json"  # the last member, so that a file that was cut off has none
LONGEST_MANIFEST: Final = 64 * 1024 * 1024  # bytes
CHUNK: Final = 1024 * 1024  # bytes
NO_BACKUP: Final = "{path} is not a whole backup of OmniChat ({why}). Take another one; nothing was changed."
UNSAFE: Final = frozenset("\\:")  # they lead elsewhere on Windows


class BackupError(Exception):
    """A backup cannot be made, read or put back; the text says why and what to do, in one line."""


class Member(BaseModel):
    """One file in a backup: its size in bytes, and what it hashes to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What a backup holds: rows of each table, the last migration, and every file in it but this one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    version: str
    made_at: datetime
    engine: str
    migration: str
    rows: dict[str, int]
    members: dict[str, Member] = {}


def pack(path: Path, files: Iterable[tuple[str, Path]], about: Manifest, given_up: Event) -> Manifest:
    """Write a backup of ``files`` by their names in it to ``path``, readable by its owner only; return its manifest.

    A file that is gone meanwhile is left out. Raise an ``OSError`` where that cannot be written.
    """
    members: dict[str, Member] = {}
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w:") as tar:
            for name, source in files:
                try:
                    file = source.open("rb")
                except FileNotFoundError:
                    continue
                with file:
                    members[name] = _add(tar, name, _Hashing(file, given_up), os.fstat(file.fileno()).st_size)
            manifest = about.model_copy(update={"members": members})
            text = manifest.model_dump_json(indent=1).encode()
            _add(tar, MANIFEST, _Hashing(io.BytesIO(text), given_up), len(text))
        out.flush()
        os.fsync(out.fileno())
    return manifest


def unpack(path: Path, into: Path, given_up: Event, *, folders: Collection[str], only: str = "") -> Manifest:
    """Compare every file in a backup with its manifest, write it into the empty folder ``into``; return the manifest.

    A name with a slash must begin with one of ``folders``; with ``only``, the one file of that name is written. Raise a
    ``BackupError`` for whatever is not a backup as ``pack`` writes it.
    """
    with _open(path) as tar:
        found = _members(tar, folders)
        manifest = _manifest(tar, found.pop(MANIFEST))
        if found.keys() != manifest.members.keys():
            raise ValueError("what it holds is not what its manifest lists")
        _make_room(into, sum(each.size for name, each in found.items() if only in {"", name}))
        for name, info in found.items():
            told = manifest.members[name]
            hashing = _Hashing(_file(tar, info), given_up)
            if only in {"", name}:
                _write(hashing, into / name)
            else:
                hashing.read_to_its_end()
            if (hashing.size, hashing.hexdigest()) != (told.size, told.sha256):
                raise ValueError(f"{name} was changed")
    return manifest


def read_manifest(path: Path, *, folders: Collection[str]) -> Manifest:
    """Return what a backup says it holds; raise a ``BackupError`` for what is none."""
    with _open(path) as tar:
        return _manifest(tar, _members(tar, folders)[MANIFEST])


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes], given_up: Event) -> None:
        self.size = 0
        self._file = file
        self._given_up = given_up
        self._hash = hashlib.sha256()

    def read(self, size: int = CHUNK) -> bytes:
        if self._given_up.is_set():
            raise GivenUpError
        piece = self._file.read(size)
        self.size += len(piece)
        self._hash.update(piece)
        return piece

    def read_to_its_end(self) -> None:
        while self.read():
            pass

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _add(tar: tarfile.TarFile, name: str, source: _Hashing, size: int) -> Member:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    tar.addfile(info, source)
    return Member(size=size, sha256=source.hexdigest())


@contextmanager
def _open(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        if path.stat().st_size % tarfile.RECORDSIZE:
            raise ValueError("it was cut off")
        with tarfile.open(path, "r:") as tar:
            yield tar
    except (ValidationError, UnicodeError) as error:
        raise BackupError(NO_BACKUP.format(path=path, why="its manifest makes no sense")) from error
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BackupError(NO_BACKUP.format(path=path, why=error)) from error
    except OSError as error:
        raise BackupError(f"{error.filename or path}: {error.strerror or error}. Nothing was changed.") from error


def _members(tar: tarfile.TarFile, folders: Collection[str]) -> dict[str, tarfile.TarInfo]:
    found: dict[str, tarfile.TarInfo] = {}
    for info in tar:
        if info.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} or info.issparse():
            raise ValueError(f"{info.name!r} is not a plain file")
        if info.name in found:
            raise ValueError(f"{info.name!r} is in it twice")
        _refuse_unsafe(info.name, folders)
        found[info.name] = info
    if MANIFEST not in found:
        raise ValueError("it has no manifest")
    return found


def _refuse_unsafe(name: str, folders: Collection[str]) -> None:
    parts = name.split("/")
    usual = name.isprintable() and not UNSAFE & set(name) and not {"", ".", ".."} & set(parts)
    if not usual or (len(parts) > 1 and parts[0] not in folders):
        raise ValueError(f"{name!r} is no name for a file in it")


def _manifest(tar: tarfile.TarFile, info: tarfile.TarInfo) -> Manifest:
    if info.size > LONGEST_MANIFEST:
        raise ValueError("its manifest is too long")
    return Manifest.model_validate_json(_file(tar, info).read())


def _file(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(info)
    assert file, "a plain file"
    return file


def _make_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise OSError(0, f"{size} bytes are needed, and {free} are free", str(folder))


def _write(source: _Hashing, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(source, file, CHUNK)
        file.flush()
        os.fsync(file.fileno())
