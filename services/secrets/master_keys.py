"""The secrets that everything else is sealed with."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from services.settings import Settings, SettingsError

SHORTEST: Final = 32  # characters; it is a key, and not a password that is slow to try


class MasterKeys:
    """What ``OMNICHAT_MASTER_KEY`` holds, or the lines of ``master.key`` in the data folder; the newest comes last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._read: tuple[str, ...] = ()
        self._stamp = (0, 0)

    @property
    def given(self) -> bool:
        """Whether they come from the environment."""
        return bool(self._settings.master_key)

    @property
    def path(self) -> Path:
        """The file that holds them when the environment does not."""
        return self._settings.data_dir / "master.key"

    def secrets(self) -> tuple[str, ...]:
        """Return them as they are now, made on first use; raise a ``SettingsError`` for ones that cannot be used."""
        stamp = self._stamped()
        if not self._read or stamp != self._stamp:
            told = self._settings.secret("master", self._settings.master_key)
            self._read = tuple(told.replace(",", " ").split())
            self._stamp = self._stamped()
            if self.given and min(map(len, self._read), default=0) < SHORTEST:
                raise SettingsError(f"OMNICHAT_MASTER_KEY: too short. It takes at least {SHORTEST} characters.")
        return self._read

    def add(self) -> None:
        """Make a new secret for what is sealed from now on; the old ones still open what they sealed."""
        self._write((*self.secrets(), secrets.token_urlsafe(32)))

    def keep_newest(self) -> None:
        """Forget all but the newest."""
        self._write(self.secrets()[-1:])

    def _write(self, lines: tuple[str, ...]) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        self._read = ()

    def _stamped(self) -> tuple[int, int]:
        if self.given:
            return (0, 0)
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)
