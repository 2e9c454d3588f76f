"""Somebody calls everything they have by a script's name: no room, dialog or list of anybody's runs it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from omnichat.errors import ServerError
from pages.admin.room import SECTIONS as ADMIN
from pages.settings_room import ACCOUNT, SECTIONS
from services.chats.replies import ReplyState
from services.people.person import Role
from services.settings import Settings
from services.wiring import Services
from tests.journeys.conftest import PATIENCE_MS, WIDE
from tests.journeys.desk import Desk
from tests.journeys.running_app import RunningApp, a_running_app
from tests.services.neighbours import Home, a_home
from tests.services.ready import ready_file

EVIL = "\"'><img src=x onerror=broken=1><svg onload=broken=1>{{7*7}}"


@dataclass(frozen=True, kw_only=True)
class Town:
    """A running server, one who answers for it, and the rooms that they look into."""

    app: RunningApp
    page: Page
    home: Home

    @property
    def rooms(self) -> list[str]:
        """The address of everything that shows what somebody typed or a provider said."""
        home = self.home
        return [
            *("/", "/leaderboard", f"/c/{home.chat.uid}", f"/settings/personas/{home.persona.uid}"),
            *(f"/settings/{name}" for name in (*SECTIONS, *ACCOUNT)),
            *(f"/settings/providers/{home.endpoint}", f"/admin/groups/{home.group}", "/admin/models/groq"),
            *(f"/admin/{name}" for name in ADMIN),
        ]


@pytest_asyncio.fixture(loop_scope="session")
async def town(tmp_path: Path, browser: Browser) -> AsyncGenerator[Town, None]:
    data = tmp_path / "data"
    data.mkdir()
    await ready_file(data / "omnichat.db")
    settings = Settings(data_dir=data, single_user=False, local_model="off", private_networks="127.0.0.0/8")
    services = Services(settings)
    await services.connect()
    home = await a_home(services, "mallory", Role.ADMIN, words=EVIL)
    await services.people.accounts.describe(home.who, name=EVIL, handle="mallory", mail="")
    await services.people.audit.note(home.who, "signed in", EVIL, details=EVIL)
    reply = home.reply.copy(uid=home.reply.uid, lane_uid=home.lane.uid)
    reply.state, reply.failure, reply.error = ReplyState.FAILED, ServerError.__name__, EVIL
    await services.archive.keep([reply])
    secret = await services.people.sessions.begin(home.who, address="192.0.2.1", agent=EVIL)
    await services.close()
    environment = {"OMNICHAT_SINGLE_USER": "0", "OMNICHAT_PRIVATE_NETWORKS": "127.0.0.0/8", "GROQ_API_KEY": EVIL[:9]}
    async with a_running_app(tmp_path, environment) as app:
        profile = await browser.new_context(viewport=WIDE, reduced_motion="reduce")
        profile.set_default_timeout(PATIENCE_MS)
        await profile.add_cookies([{"name": "omnichat_session", "value": secret, "url": app.url}])
        yield Town(app=app, page=await profile.new_page(), home=home)
        await profile.close()


async def test_what_somebody_typed_is_text_in_every_room(town: Town) -> None:
    page, hosts = town.page, set[str]()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or ""))
    page.on("dialog", lambda dialog: hosts.add(f"dialog {dialog.message}"))
    shown = set[str]()
    for room in town.rooms:
        desk = await Desk(page).open(f"{town.app.url}{room}")
        await expect(page.get_by_role("main")).to_be_visible()
        if EVIL[4:30] in await page.inner_text("body"):
            shown.add(room)
        await is_harmless(page, room)
    assert {f"/c/{town.home.chat.uid}", "/settings/tokens", "/admin/groups", "/admin/audit", "/admin/people"} <= shown
    await desk.open(town.app.url)
    await page.get_by_role("button", name="Notifications").click()
    await expect(page.get_by_role("dialog", name="Notifications")).to_contain_text(EVIL[4:30])
    await is_harmless(page, "the bell")
    assert hosts == {"127.0.0.1"}


async def is_harmless(page: Page, room: str) -> None:
    assert not await page.evaluate("window.broken"), room
    assert await page.locator("img[src=x], svg[onload]").count() == 0, room
