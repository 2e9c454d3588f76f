"""What a page of another site can do in the browser of somebody who is signed in: nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from services.people.person import Role
from tests.journeys.office import ACCOUNTS, Office
from tests.journeys.running_app import a_running_app

EVIL = "http://evil.localhost:9/"
SOCKET = """url => new Promise(told => {
    const socket = new WebSocket(url);
    socket.onopen = () => told('open');
    socket.onerror = () => told('refused');
})"""
WRITE = """url => fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x'})
    .then(() => 'read', () => 'refused')"""
READ = """url => fetch(url, {credentials: 'include'}).then(answer => answer.text(), () => 'refused')"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> AsyncGenerator[Office, None]:
    """Yield a server with accounts."""
    async with a_running_app(tmp_path_factory.mktemp("foreign"), ACCOUNTS) as app:
        office = Office(app, browser)
        await office.person("olga", Role.OWNER)
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def evil(office: Office, page: Page) -> Page:
    """Return a tab that shows a page of another site, in a browser in which somebody is signed in."""
    await office.sign_in(page, "olga")
    await expect(page).to_have_url(f"{office.url}/")
    frame = f'<iframe src="{office.url}/settings/tokens"></iframe>'
    form = f'<form method="post" action="{office.url}/auth/sign-out"><button>Win!</button></form>'
    await page.route(EVIL, lambda route: route.fulfill(content_type="text/html", body=frame + form))
    await page.goto(EVIL)
    return page


async def test_it_opens_no_socket(office: Office, evil: Page) -> None:
    address = office.url.replace("http", "ws") + "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    assert await evil.evaluate(SOCKET, address) == "refused"
    assert await evil.evaluate(READ, f"{office.url}/_nicegui_ws/socket.io/?EIO=4&transport=polling") == "refused"


async def test_it_reads_and_writes_nothing(office: Office, evil: Page) -> None:
    for path in ("/", "/api/users/profile", "/api/openapi.json"):
        assert await evil.evaluate(READ, f"{office.url}{path}") == "refused"
    assert await evil.evaluate(WRITE, f"{office.url}/auth/sign-out") == "refused"
    await evil.get_by_role("button", name="Win!").click()
    await expect(evil.get_by_text("Only OmniChat's own pages")).to_be_visible()
    await evil.goto(f"{office.url}/settings/tokens")
    await expect(evil.get_by_text("No tokens yet")).to_be_visible()


async def test_it_shows_no_page_of_ours_in_a_frame(office: Office, evil: Page) -> None:
    frame = evil.frame_locator("iframe")
    await expect(frame.get_by_text("API tokens")).to_have_count(0)
    assert [each.url for each in evil.frames[1:]] == ["chrome-error://chromewebdata/"]
