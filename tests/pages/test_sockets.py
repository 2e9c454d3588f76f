"""A page speaks for the session that opened it: nobody else's socket takes its place, whatever it knows."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from maintenance.benchmark.visitor import Visitor, visiting
from services.chats.conversations import Conversation, Lane
from services.people.person import Role
from services.settings import Settings
from services.wiring import Services
from tests.journeys.running_app import RunningApp, a_running_app
from tests.services.ready import ready_file

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATIENCE = 30.0
SOCKET = "/_nicegui_ws/socket.io/"


@dataclass(frozen=True, kw_only=True)
class Street:
    """A running server, and the cookies of two people who live there."""

    app: RunningApp
    cookies: Mapping[str, str]

    def browser(self, handle: str) -> aiohttp.ClientSession:
        """Return somebody's browser."""
        return aiohttp.ClientSession(headers={"Cookie": f"omnichat_session={self.cookies[handle]}"})

    def prompts(self) -> list[str]:
        """Return everything that was asked."""
        with closing(sqlite3.connect(self.app.folder / "data" / "omnichat.db")) as database:
            return [str(prompt) for (prompt,) in database.execute("SELECT prompt FROM turn ORDER BY id")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Street, None]:
    folder = tmp_path_factory.mktemp("street")
    data = _made(folder / "data")
    await ready_file(data / "omnichat.db")
    services = Services(Settings(data_dir=data, single_user=False, local_model="off"))
    await services.connect()
    cookies = dict[str, str]()
    for handle in ("owner", "eve", "leaver"):
        who = await services.people.accounts.create(handle=handle, password="violet tractor sings", role=Role.OWNER)
        cookies[handle] = await services.people.sessions.begin(who, address="192.0.2.1", agent="x")
        await services.archive.begin(who, Conversation(lanes=[Lane(model="custom/none", name="Nobody")]))
    await services.close()
    environment = {"OMNICHAT_SINGLE_USER": "0", "CUSTOM_BASE_URL": "http://127.0.0.1:9/v1"}
    async with a_running_app(folder, environment) as app:
        yield Street(app=app, cookies=cookies)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


async def test_another_persons_page_cannot_be_taken_at_the_handshake(street: Street) -> None:
    async with (
        street.browser("owner") as owner,
        street.browser("eve") as eve,
        visiting(owner, street.app.url) as theirs,
    ):
        asked = {"EIO": "4", "transport": "websocket", "client_id": theirs.client, "implicit_handshake": "true"}
        asked |= {"next_message_id": "0", "document_id": "d", "tab_id": "t"}
        for browser in (eve, aiohttp.ClientSession()):
            async with browser, browser.ws_connect(f"{street.app.url}{SOCKET}", params=asked) as socket:
                await socket.receive_str()
                await socket.send_str("40")
                assert (await socket.receive_str()).startswith("44")


async def test_events_of_another_persons_page_are_not_heard(street: Street) -> None:
    async with AsyncExitStack() as stack:
        pages = dict[str, Visitor]()
        for handle in ("owner", "eve"):
            browser = await stack.enter_async_context(street.browser(handle))
            pages[handle] = await stack.enter_async_context(visiting(browser, street.app.url))
        disguised = Visitor(pages["eve"].socket, pages["owner"].client, pages["owner"].elements)
        with suppress(TimeoutError):
            await disguised.ask("Taken over", 0)
        assert await pages["eve"].call("handshake", {"client_id": pages["owner"].client, "tab_id": "t"}) is False
        await pages["eve"].ask("My own", PATIENCE)
        assert street.prompts() == ["My own"]
        await pages["owner"].ask("Mine too", PATIENCE)
        assert street.prompts() == ["My own", "Mine too"]


async def test_files_are_taken_from_whoever_opened_the_page_only(street: Street) -> None:
    async with (
        street.browser("owner") as owner,
        street.browser("eve") as eve,
        visiting(owner, street.app.url) as theirs,
    ):
        address = f"{street.app.url}/_nicegui/client/{theirs.client}/upload/1"
        for browser, status in ((eve, 404), (aiohttp.ClientSession(), 401)):
            async with browser, browser.post(address, data={"file": "x"}) as answer:
                assert answer.status == status


@pytest.mark.parametrize("transport", ["polling", "websocket"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", ""])
async def test_pages_of_other_sites_open_no_socket(street: Street, transport: str, origin: str) -> None:
    asked = {"EIO": "4", "transport": transport}
    headers = {"Origin": origin} if origin else {"Sec-Fetch-Site": "cross-site"}
    if transport == "websocket":
        headers |= {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        headers |= {"Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg=="}
    async with (
        street.browser("owner") as browser,
        browser.get(f"{street.app.url}{SOCKET}", params=asked, headers=headers) as answer,
    ):
        assert answer.status == 403


async def test_signing_out_closes_the_open_pages_at_once(street: Street) -> None:
    async with street.browser("leaver") as browser, visiting(browser, street.app.url) as page:
        async with browser.post(f"{street.app.url}/auth/sign-out", allow_redirects=False) as answer:
            assert answer.status == 303
        async with asyncio.timeout(PATIENCE):
            await page.closed.wait()
        async with browser.get(street.app.url) as again:
            assert again.status == 401
