"""Start OmniChat: python main.py."""

import asyncio
import sys

from pages.server import serve
from services.database import Database, DatabaseUnusableError
from services.settings import SettingsError, read_settings
from services.wiring import Services


def main() -> int:
    """Serve until told to end; return 2 when the settings or the database make that impossible."""
    try:
        settings = read_settings()
        asyncio.run(_try_out(settings.database))
        serve(Services(settings))
    except (SettingsError, DatabaseUnusableError) as error:
        print(f"OmniChat cannot start. {error}", file=sys.stderr)
        return 2
    return 0


async def _try_out(address: str) -> None:
    """Bring the database up to date before anything is served, so that what is wrong with it is one clear line."""
    async with Database(address):
        pass


if __name__ == "__main__":
    sys.exit(main())
