"""The catalogue in the settings, and the bell."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.journeys.desk import Desk
from tests.journeys.running_app import RunningApp, a_running_app
from tests.omnichat.far_end import JSON, FarEnd, Saying, far_end
from tests.omnichat.packages import install

HTML = Saying(kind="text/html", pieces=(b"<html><img src=x onerror=alert(1)>Sign in</html>",))
HOSTILE = "\u202e<img src=x onerror=alert(2)>" + "T" * 5000


def listed(count: int) -> Saying:
    rows: list[dict[str, str]] = [{"id": f"m{number}", "name": HOSTILE} for number in range(count)]
    return Saying(kind=JSON, pieces=(json.dumps({"data": [*rows, {"id": "x" * 5000}]}).encode(),))


@asynccontextmanager
async def an_app_of(folder: Path, groq: FarEnd, mistral: FarEnd) -> AsyncIterator[RunningApp]:
    ends = {"GROQ_BASE_URL": groq.url, "MISTRAL_BASE_URL": mistral.url}
    keys = {"GROQ_API_KEY": "sk-one", "MISTRAL_API_KEY": "sk-two"}
    off = {"OMNICHAT_LOCAL_MODEL": "off", "OMNICHAT_LOCAL_SERVERS": "off"}
    async with a_running_app(folder, {**ends, **keys, **off}) as app:
        yield app


async def update(page: Page, report: str) -> None:
    """Have the catalogue updated, and return when the newest report says so."""
    await page.get_by_role("button", name="Update now").click()
    await expect(page.locator(".o-report summary").first).to_contain_text(report)


@pytest.mark.parametrize("narrow", [False, True])
async def test_an_update_is_reported_and_told(tmp_path: Path, page: Page, phone: Page, *, narrow: bool) -> None:
    alerts = list[str]()
    page = phone if narrow else page
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    async with far_end(listed(300)) as groq, far_end(HTML) as mistral, an_app_of(tmp_path, groq, mistral) as app:
        await Desk(page).open(f"{app.url}/admin/catalogue")
        sources = page.get_by_role("list", name="Sources of models").get_by_role("listitem")
        await expect(sources.filter(has_text="Groq")).to_contain_text("300 models to talk to")
        await expect(sources.filter(has_text="Groq")).to_contain_text("1 more cannot be used")
        await expect(sources.filter(has_text="Mistral")).to_contain_text("<img src=x onerror=alert(1)>")
        await update(page, "0 new, 0 changed and 0 gone")
        groq.says.clear()
        groq.says.append(listed(312))
        await update(page, "12 new, 0 changed and 0 gone")
        await expect(page.locator(".o-report").first).to_contain_text("1 failed")

        bell = page.get_by_role("button", name="Notifications, 2 unread")
        await bell.focus()
        await page.keyboard.press("Enter")
        box = page.get_by_role("dialog", name="Notifications")
        await expect(box.get_by_role("button", name="Mark all as read")).to_be_focused()
        await expect(box.locator(".o-told").first).to_contain_text("12 new models")
        await expect(box.locator(".o-told").first).to_contain_text("Groq 12.")
        await box.get_by_role("button", name="Mark all as read").click()
        await expect(page.get_by_role("button", name="Notifications", exact=True)).to_be_visible()
        assert await page.locator("img[src=x]").count() == 0
        wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert (alerts, wide) == ([], False)


async def test_a_notice_leads_where_it_happened_and_outlives_a_restart(tmp_path: Path, page: Page) -> None:
    async with far_end(listed(1)) as groq, far_end(listed(1)) as mistral, an_app_of(tmp_path, groq, mistral) as app:
        await Desk(page).open(f"{app.url}/admin/catalogue")
        await update(page, "0 new")
        mistral.says.append(listed(2))
        mistral.says.popleft()
        await update(page, "1 new")
        await app.end()
        await app.start()
        await Desk(page).open(app.url)
        await page.get_by_role("button", name="Notifications, 1 unread").click()
        await page.get_by_role("button", name="1 new model").click()
        await expect(page).to_have_url(f"{app.url}/admin/catalogue")
        await expect(page.locator(".o-report")).to_have_count(2)
        await expect(page.get_by_role("button", name="Notifications", exact=True)).to_be_visible()


async def test_without_any_provider_the_catalogue_says_what_to_do(tmp_path: Path, page: Page) -> None:
    off = {"OMNICHAT_LOCAL_MODEL": "off", "OMNICHAT_LOCAL_SERVERS": "off"}
    async with a_running_app(tmp_path, off) as app:
        await Desk(page).open(f"{app.url}/admin/catalogue")
        await expect(page.get_by_text("No provider is in reach yet.")).to_be_visible()
        await page.get_by_role("button", name="Notifications").click()
        await expect(page.get_by_text("Nothing yet.")).to_be_visible()


async def test_a_broken_plug_in_is_named_and_stops_nothing(tmp_path: Path, page: Page) -> None:
    site = tmp_path / "site"
    site.mkdir()
    install(site, "bad-one", "raise RuntimeError('<img src=x onerror=alert(3)>')", name="broken")
    off = {"OMNICHAT_LOCAL_MODEL": "off", "OMNICHAT_LOCAL_SERVERS": "off", "PYTHONPATH": str(site)}
    async with a_running_app(tmp_path, off) as app:
        await Desk(page).open(f"{app.url}/admin/catalogue")
        named = page.get_by_text("The plug-in broken of the package bad-one was left out. RuntimeError: <img")
        await expect(named).to_be_visible()
        await app.until_logged("The plug-in broken of the package bad-one is left out")


async def test_a_refresh_that_came_due_while_nothing_ran_is_made_up_for_at_the_start(tmp_path: Path) -> None:
    async with far_end(listed(3)) as groq, far_end(HTML) as mistral, an_app_of(tmp_path, groq, mistral) as app:
        await app.until_stored("job.name", "refresh")
        await app.end()
        assert not groq.asked
        with closing(sqlite3.connect(tmp_path / "data" / "omnichat.db")) as database:
            database.execute("UPDATE job SET next_run_at = '2026-01-01 00:00:00+00:00'")
            database.commit()
        await app.start()
        await app.until_stored("refresh.report", '"name": "groq"')
    assert len(groq.asked) == 1
