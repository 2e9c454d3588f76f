"""Back up a server, which may be running: python -m maintenance.backup [--keys] [--to FOLDER].

It ends with 1 if no backup was made, with 2 if the settings make that impossible.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from services.backups.backup_files import BackupError
from services.backups.backup_making import Backup, BackupMaker
from services.settings import Settings, SettingsError, load_settings
from services.storage.engines import DatabaseUnusableError

APART = "It holds no keys: keep a copy of master.key (or OMNICHAT_MASTER_KEY) somewhere else."
TOGETHER = "It holds the keys that open every saved key: keep it where nobody else can read it."
ELSEWHERE = "The master key comes from the environment and is not in it: keep OMNICHAT_MASTER_KEY yourself."


def main() -> int:
    """Read the command line, back up, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m maintenance.backup", description="Back up the server.")
    parser.add_argument("--keys", action="store_true", help="put master.key and cookie.key into it")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where to; left out, where the nightly ones are")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        settings = load_settings()
        folder = options.to or settings.backups_dir or settings.data_dir / "backups"
        made = asyncio.run(BackupMaker(settings).make(folder, keys=options.keys))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (BackupError, DatabaseUnusableError) as error:
        print(f"No backup was made. {error}", file=sys.stderr)
        return 1
    print(f"Made and checked {made.path}: {made.rows} rows and {made.files} files, {made.size} bytes.")
    print(_keys(made, settings))
    return 0


def _keys(made: Backup, settings: Settings) -> str:
    if not made.keys:
        return APART
    return ELSEWHERE if settings.master_key else TOGETHER


if __name__ == "__main__":
    sys.exit(main())
