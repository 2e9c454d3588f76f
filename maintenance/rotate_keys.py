"""Seal all saved keys with a new master key: python -m maintenance.rotate_keys."""

from __future__ import annotations

import argparse
import asyncio
import sys

from dotenv import load_dotenv

from services.secrets.master_keys import MasterKeys
from services.secrets.sealed_rows import SealedRows
from services.secrets.vault import Vault
from services.settings import Settings, SettingsError
from services.storage.database import Database, DatabaseUnusableError

GIVEN = """\
OMNICHAT_MASTER_KEY comes from the environment. To rotate it:
  1. python -c "import secrets; print(secrets.token_urlsafe(32))" makes a new one.
  2. Set OMNICHAT_MASTER_KEY to the old and the new one, with a comma between, and start OmniChat again.
  3. Run this command again in the same environment.
  4. Set OMNICHAT_MASTER_KEY to the new one alone, and start OmniChat again."""


def main() -> int:
    """Rotate, or with ``--forget`` give up what the master key does not open; return 2 when that cannot be."""
    parser = argparse.ArgumentParser(prog="python -m maintenance.rotate_keys", description=__doc__)
    parser.add_argument("--forget", action="store_true", help="delete the saved keys that the master key does not open")
    options = parser.parse_args()
    load_dotenv(".env")
    settings = Settings()
    try:
        return asyncio.run(_forget(settings) if options.forget else _rotate(settings))
    except (SettingsError, DatabaseUnusableError) as error:
        print(error, file=sys.stderr)
        return 2


async def _rotate(settings: Settings) -> int:
    masters = MasterKeys(settings)
    if masters.given and len(masters.secrets()) == 1:
        print(GIVEN)
        return 0
    async with Database(settings.database):
        done, lost = await SealedRows(masters, Vault(masters)).rotate()
    print(f"Sealed anew: {done}. Not to be opened, and left as they were: {lost}.")
    print(
        "Now set OMNICHAT_MASTER_KEY to its last part alone." if masters.given else f"{masters.path} holds a new key."
    )
    return 0


async def _forget(settings: Settings) -> int:
    masters = MasterKeys(settings)
    async with Database(settings.database):
        gone = await SealedRows(masters, Vault(masters)).forget()
    print(f"Given up: {gone}. Everything else is as it was.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
