"""An application with accounts, and what people do at its door."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.journeys.desk import Desk
from tests.journeys.running_app import RunningApp, a_running_app

PASSWORD = "violet tractor sings"
TOKEN = re.compile(r"/set-up\?token=([\w-]+)")


class House:
    """Open to whoever has an account; Olga owns it."""

    def __init__(self, app: RunningApp, browser: Browser) -> None:
        self.app = app
        self._browser = browser

    async def stranger(self) -> Page:
        """Return an empty tab of somebody who is not signed in."""
        profile = await self._browser.new_context(reduced_motion="reduce", accept_downloads=True)
        profile.set_default_timeout(20_000)
        return await profile.new_page()

    async def owner(self, name: str = "Olga") -> Page:
        """Make the first account, and return its tab."""
        await self.app.until_logged("/set-up?token=")
        found = TOKEN.search(self.app.log.read_text())
        assert found
        page = await self.stranger()
        await page.goto(f"{self.app.url}/set-up?token={found[1]}")
        await self.fill_in(page, "olga", name)
        return page

    async def fill_in(self, page: Page, handle: str, name: str) -> None:
        """Make an account with the form in sight, and return when its owner is in."""
        await page.get_by_label("User name").fill(handle)
        await page.get_by_label("Your name").fill(name)
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name=re.compile("^Create account")).click()
        await Desk(page).is_live()

    async def admin(self, page: Page, section: str) -> Desk:
        """Open a section of the administration."""
        return await Desk(page).open(f"{self.app.url}/admin/{section}")

    async def invite(self, owner: Page, group: str = "") -> str:
        """Have the owner make a link, and return it."""
        await self.admin(owner, "people")
        await owner.get_by_role("button", name="Invite").click()
        if group:
            await owner.get_by_role("button", name="Group: No group").click()
            await owner.get_by_role("menuitem", name=group).click()
        await owner.get_by_role("button", name="Make the link").click()
        link = await owner.locator(".o-once").inner_text()
        await owner.get_by_role("button", name="Done").click()
        await expect(owner.get_by_role("dialog")).to_have_count(0)
        return link.replace("localhost", "127.0.0.1")

    async def member(self, owner: Page, handle: str, name: str, group: str = "") -> Page:
        """Invite somebody, and return the tab in which they joined."""
        link = await self.invite(owner, group)
        page = await self.stranger()
        await page.goto(link)
        await self.fill_in(page, handle, name)
        return page


@asynccontextmanager
async def a_house(folder: Path, browser: Browser, environment: Mapping[str, str]) -> AsyncGenerator[House, None]:
    """Start an application with accounts, and leave nothing of it behind."""
    async with a_running_app(folder, {**environment, "OMNICHAT_SINGLE_USER": "0"}) as app:
        house = House(app, browser)
        try:
            yield house
        finally:
            for context in [each for each in browser.contexts if each.pages]:
                if any(page.url.startswith(app.url) for page in context.pages):
                    await context.close()
