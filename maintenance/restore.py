"""Put a backup back, while the server is stopped: python -m maintenance.restore FILE [--replace].

It ends with 1 if nothing was restored, with 2 if the settings make that impossible.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from services.backups.backup_files import BackupError
from services.backups.restoring import Restoring
from services.settings import SettingsError, load_settings
from services.storage.engines import DatabaseUnusableError


def main() -> int:
    """Read the command line, restore, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m maintenance.restore", description="Restore the server.")
    parser.add_argument("file", type=Path, metavar="FILE", help="what python -m maintenance.backup made")
    parser.add_argument("--replace", action="store_true", help="back up what is there, then replace it")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        restored = asyncio.run(Restoring(load_settings()).restore(options.file, replace=options.replace))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (BackupError, DatabaseUnusableError) as error:
        print(f"Nothing was restored. {error}", file=sys.stderr)
        return 1
    if restored.warning:
        print(restored.warning)
    if restored.safety:
        print(f"What was there before is in {restored.safety}.")
    if restored.ended:
        print(f"Ended {restored.ended} sign-ins that it held: everybody signs in again. API tokens still work.")
    print(f"Restored {restored.rows} rows and {restored.files} files of {restored.made_at:%Y-%m-%d %H:%M} UTC.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
