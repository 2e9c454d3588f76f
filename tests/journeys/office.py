"""A server with accounts, and people who have one."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page

from services.people.person import Person, Role
from services.storage.database import Database
from tests.journeys.conftest import PATIENCE_MS, WIDE
from tests.journeys.running_app import RunningApp
from tests.services.gatehouse import GOOD, Gatehouse

ACCOUNTS = {"OMNICHAT_SINGLE_USER": "0", "OMNICHAT_TRUSTED_PROXIES": "127.0.0.1"}


class Office:
    """The people of a running server, reached past its doors."""

    def __init__(self, app: RunningApp, browser: Browser) -> None:
        self.app = app
        self.url = app.url
        self._browser = browser
        self._addresses = count(1)

    @property
    def set_up(self) -> str:
        """The address that was printed where the server was started."""
        found = re.findall(r"Make the first account at (\S+)", self.app.log.read_text())
        return str(found[-1])

    @asynccontextmanager
    async def house(self) -> AsyncGenerator[Gatehouse, None]:
        """Yield the services over the server's own data."""
        data: Path = self.app.folder / "data"
        async with Database(f"sqlite://{data / 'omnichat.db'}"):
            house = Gatehouse(data)
            try:
                yield house
            finally:
                await house.close()

    async def person(self, handle: str, role: Role = Role.USER, *, name: str = "") -> Person:
        """Return somebody new, with the password of all."""
        async with self.house() as house:
            return await house.accounts.create(handle=handle, name=name, password=GOOD, role=role)

    async def profile(self) -> BrowserContext:
        """Return a browser profile without any past, at an address of its own."""
        profile = await self._browser.new_context(
            viewport=WIDE,
            reduced_motion="reduce",
            accept_downloads=True,
            extra_http_headers={"X-Forwarded-For": f"198.51.100.{next(self._addresses)}"},
        )
        profile.set_default_timeout(PATIENCE_MS)
        return profile

    async def sign_in(self, page: Page, handle: str, password: str = GOOD, *, at: str = "/sign-in") -> None:
        """Fill in the form and send it."""
        await page.goto(f"{self.url}{at}")
        await page.get_by_label("User name or mail").fill(handle)
        await page.get_by_label("Password", exact=True).fill(password)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await page.wait_for_load_state()
