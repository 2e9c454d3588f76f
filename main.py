"""Start OmniChat: python main.py."""

import gc

gc.disable()  # what is loaded now is never garbage, and looking for some takes a tenth of the start; see pages.server

import asyncio
import sys

from pages.server import serve
from services.secrets.master_keys import MasterKeys
from services.secrets.sealed_rows import SealedRows
from services.secrets.vault import Vault
from services.settings import Settings, SettingsError, read_settings
from services.storage.database import Database, DatabaseUnusableError
from services.wiring import Services


def main() -> int:
    """Serve until told to end; return 2 when the settings or the database make that impossible."""
    try:
        settings = read_settings()
        asyncio.run(_try_out(settings))
        serve(Services(settings))
    except (SettingsError, DatabaseUnusableError) as error:
        print(f"OmniChat cannot start. {error}", file=sys.stderr)
        return 2
    return 0


async def _try_out(settings: Settings) -> None:
    """Bring the database up to date and try the master key first, so that what is wrong is one clear line."""
    masters = MasterKeys(settings)
    async with Database(settings.database):
        await SealedRows(masters, Vault(masters)).check()


if __name__ == "__main__":
    sys.exit(main())
