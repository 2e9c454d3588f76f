"""Tokens for programs, as people make and end them."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from services.people.person import Role
from tests.journeys.office import ACCOUNTS, Office
from tests.journeys.running_app import a_running_app


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> AsyncGenerator[Office, None]:
    """Yield a server with accounts."""
    async with a_running_app(tmp_path_factory.mktemp("tokens"), ACCOUNTS) as app:
        yield Office(app, browser)


async def test_a_token_is_shown_once_works_and_is_revoked(office: Office, page: Page) -> None:
    await office.person("olga", Role.OWNER)
    await office.sign_in(page, "olga")
    await page.goto(f"{office.url}/settings/tokens")
    await expect(page.get_by_text("No tokens yet")).to_be_visible()
    await page.get_by_role("button", name="Make token").click()
    await expect(page.get_by_role("alert")).to_have_text("Give it a name that says which program uses it.")
    await page.get_by_label("Name").fill("Backup script")
    await page.get_by_role("checkbox", name=re.compile("profile")).click()
    await page.get_by_role("button", name="Make token").click()
    token = await page.locator("code").inner_text()
    profile, shown = f"{office.url}/api/users/profile", {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient() as web:
        assert (await web.get(profile, headers=shown)).json()["handle"] == "olga"
        await page.reload()
        row = page.get_by_role("list", name="API tokens").get_by_role("listitem")
        await expect(row).to_contain_text(f"{token[:10]}…")
        assert token not in await page.content()
        await row.get_by_role("button", name="Revoke").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
        await expect(page.get_by_text("No tokens yet")).to_be_visible()
        assert (await web.get(profile, headers=shown)).status_code == 401
