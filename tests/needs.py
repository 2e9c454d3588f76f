"""What a test may need from the computer; a test whose need is missing is skipped.

``OMNICHAT_TEST_REQUIRE=browser,llm,llmock,nginx,postgres,redis`` (any of them) turns such skips into failures.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from omnichat import local_server

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


def need(what: str) -> Path:
    """Return where ``what`` is (browser, llm, llmock, nginx, postgres, redis); skip or fail the test if it lacks."""
    found = _FINDERS[what]()
    if found is None:
        missing(what, f"{what} is not installed")
    return found


def missing(what: str, why: str) -> NoReturn:
    """End the test: fail where ``what`` is required, skip elsewhere."""
    if is_required(what):
        pytest.fail(f"{why}, and OMNICHAT_TEST_REQUIRE lists it", pytrace=False)
    pytest.skip(why)


def is_required(what: str) -> bool:
    """Return whether ``OMNICHAT_TEST_REQUIRE`` lists ``what``."""
    return what in os.environ.get("OMNICHAT_TEST_REQUIRE", "").replace(" ", "").split(",")


def _browser() -> Path | None:
    return next((Path(path) for path in map(shutil.which, BROWSERS) if path), None)


def _llm() -> Path | None:
    return Path(local_server.__file__) if local_server.available() else None


def _llmock() -> Path | None:
    found = importlib.util.find_spec("llmock")
    return Path(found.origin) if found and found.origin else None


def _postgres() -> Path | None:
    """Return the folder of the newest server's programs."""
    on_path = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    versions = sorted(DEBIAN_POSTGRES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return next(iter([*on_path, *(path.parent for path in reversed(versions))]), None)


def _nginx() -> Path | None:
    path = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return Path(path) if path else None


def _redis() -> Path | None:
    path = shutil.which("redis-server")
    return Path(path) if path else None


_FINDERS: dict[str, Callable[[], Path | None]] = {
    "browser": _browser,
    "llm": _llm,
    "llmock": _llmock,
    "nginx": _nginx,
    "postgres": _postgres,
    "redis": _redis,
}
