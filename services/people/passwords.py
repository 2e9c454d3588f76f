"""Passwords: which are good enough, and hashing them beside everything else."""

from __future__ import annotations

import asyncio
import lzma
import os
import string
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

T = TypeVar("T")
SHORTEST: Final = 10  # characters
LONGEST: Final = 256
AT_ONCE: Final = max(1, min(2, (os.cpu_count() or 1) - 1))  # one core stays with everything else
WAITING: Final = 20  # about half a second of work; whoever comes then is told to come later
TRIMMINGS: Final = string.digits + string.punctuation + " "
PART: Final = 4  # characters of a name or an address that make a password easy to guess
LIST: Final = Path(__file__).with_name("common_passwords.txt.xz")


class Weakness(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    OWN = "own"


WEAK: Final = {
    Weakness.SHORT: f"Take at least {SHORTEST} characters. A few words in a row are good.",
    Weakness.LONG: f"Take at most {LONGEST} characters.",
    Weakness.COMMON: "That password is among those that thieves try first. Take another one.",
    Weakness.OWN: "That is close to your name or address. Take another password.",
}


class WeakPasswordError(ValueError):
    """A password is too easy to guess; the message says why."""

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(WEAK[weakness])
        self.weakness = weakness


class TooBusyError(Exception):
    """More passwords wait to be looked at than is good for everything else here."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a password was right, and what to keep instead of the hash if that has aged."""

    right: bool
    fresh: str = ""


class Passwords:
    """Argon2id in threads of its own that stand back behind everything else, with a line that has an end."""

    def __init__(self) -> None:
        self._hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19456, parallelism=1),))
        self._threads = ThreadPoolExecutor(AT_ONCE, "passwords", initializer=_stand_back)
        self._inside = 0
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        """Return what to keep of a password; raise ``TooBusyError`` when too many wait."""
        return await self._in_line(lambda: self._hasher.hash(_canonical(password)))

    async def prove(self, password: str, kept: str) -> Proof:
        """Return whether ``password`` is the one of ``kept``; it takes as long when nothing is kept."""
        return await self._in_line(lambda: self._prove(_canonical(password[:LONGEST]), kept))

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_line(self, work: Callable[[], T]) -> T:
        if self._inside >= AT_ONCE + WAITING:
            raise TooBusyError("Too many people sign in just now. Try again in a minute.")
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._inside -= 1

    def _prove(self, password: str, kept: str) -> Proof:
        if not kept:
            self._nobodys = self._nobodys or self._hasher.hash("nobody has this password")
            self._hasher.verify(password, self._nobodys)
            return Proof(False)
        try:
            right, fresh = self._hasher.verify_and_update(password, kept)
        except UnknownHashError:
            return Proof(False)
        return Proof(right, fresh or "")


def demand_good(password: str, *own: str) -> None:
    """Raise a ``WeakPasswordError`` unless ``password`` can be kept; ``own`` are its owner's names and address."""
    if len(password) < SHORTEST:
        raise WeakPasswordError(Weakness.SHORT)
    if len(password) > LONGEST:
        raise WeakPasswordError(Weakness.LONG)
    plain = _canonical(password).casefold()
    if len(set(plain)) < PART or not _common().isdisjoint({plain, plain.strip(TRIMMINGS)}):
        raise WeakPasswordError(Weakness.COMMON)
    for name in own:
        for part in {name.casefold(), name.casefold().partition("@")[0]}:
            if len(part) >= PART and len(plain.replace(part, "")) < SHORTEST - PART:
                raise WeakPasswordError(Weakness.OWN)


def _canonical(password: str) -> str:
    """Return the same text however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> frozenset[str]:
    return frozenset(lzma.decompress(LIST.read_bytes()).decode().split("\n"))


def _stand_back() -> None:
    """Let answers that stream go first; Linux knows priorities of threads."""
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
