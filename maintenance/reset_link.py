"""Print a link that sets a new password: ``python -m maintenance.reset_link USER_NAME``.

For when no owner can come in any more; everybody else asks an admin. The link works once, for a day.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from dotenv import load_dotenv

from services.people.account_rows import account_called
from services.people.audit import Audit
from services.people.invitations import Invitations
from services.settings import Settings
from services.storage.database import Database, DatabaseUnusableError


def main() -> int:
    """Print the link; return 2 when nobody is called that."""
    parser = argparse.ArgumentParser(prog="python -m maintenance.reset_link", description=__doc__)
    parser.add_argument("name", help="the user name or mail address of the account")
    options = parser.parse_args()
    load_dotenv(".env")
    try:
        return asyncio.run(make(options.name))
    except DatabaseUnusableError as error:
        print(error, file=sys.stderr)
        return 2


async def make(name: str) -> int:
    """Print a link for the account called ``name``, and return 0, or 2 when there is none."""
    settings = Settings()
    async with Database(settings.database):
        record = await account_called(name)
        if record is None:
            print(f"Nobody is called {name}.", file=sys.stderr)
            return 2
        made = await Invitations(Audit()).from_console(record.uid)
        print(f"{settings.address}{made.path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
