"""Start OmniChat: python main.py."""

import sys

from services.database import DatabaseUnusableError

from pages.server import serve
from services.settings import SettingsError, read_settings
from services.wiring import Services


def main() -> int:
    """Serve until told to end; return 2 when the settings or the database make that impossible."""
    try:
        settings = read_settings()
        serve(Services(settings))
    except (SettingsError, DatabaseUnusableError) as error:
        print(f"OmniChat cannot start. {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
