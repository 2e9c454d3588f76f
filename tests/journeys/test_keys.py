"""Keys come in, are tried, used and put away, and never come back to the page."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.journeys.running_app import RunningApp, a_running_app
from tests.journeys.upstream import Upstream
from tests.omnichat.far_end import JSON, FarEnd, Saying, far_end

LIST = Saying(kind=JSON, pieces=(b'{"data": [{"id": "gpt-4o"}, {"id": "gpt-4o-mini"}]}',))
NO = Saying(status=401, kind=JSON, pieces=(b'{"error": {"message": "No such key"}}',))
FIRST = "sk-the-first-secret-key-q7Xw"
SECOND = "sk-the-second-secret-key-T2kA"
REFUSED = "gsk-a-secret-key-of-before-9fLc"
ROOM = "/settings/providers"


@dataclass(kw_only=True)
class KeyedApp:
    """An application whose OpenAI and Groq are far ends of ours."""

    app: RunningApp
    openai: FarEnd
    groq: FarEnd


@pytest_asyncio.fixture(loop_scope="session")
async def keyed(tmp_path: Path) -> AsyncGenerator[KeyedApp, None]:
    """Yield an application that may call far ends on this computer."""
    async with far_end(LIST) as openai, far_end(NO) as groq:
        reach = {"OPENAI_BASE_URL": openai.url, "GROQ_BASE_URL": groq.url, "OMNICHAT_PRIVATE_NETWORKS": "127.0.0.1"}
        async with a_running_app(tmp_path, reach) as app:
            yield KeyedApp(app=app, openai=openai, groq=groq)


async def open_room(page: Page, app: RunningApp, path: str = ROOM) -> None:
    await page.goto(app.url + path)
    await page.wait_for_function("window.socket && window.socket.connected")


def row(page: Page, words: str) -> Locator:
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=words)


async def add_key(page: Page, owner: str, secret: str, name: str = "") -> None:
    await page.get_by_role("button", name="Add key").click()
    await page.get_by_placeholder("Search by name").fill(owner)
    await expect(page.get_by_role("dialog").get_by_role("button", name="Anthropic")).to_be_hidden()
    await page.get_by_role("button", name=owner, exact=True).click()
    await page.get_by_label("Key", exact=True).fill(secret)
    await page.get_by_label("Name").fill(name)
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".o-panel")).to_have_count(0)


async def test_enter_saves_the_key_that_was_typed(keyed: KeyedApp, page: Page) -> None:
    await open_room(page, keyed.app)
    await page.get_by_role("button", name="Add key").click()
    await page.get_by_placeholder("Search by name").fill("OpenAI")
    await page.get_by_role("button", name="OpenAI", exact=True).click()
    await page.get_by_label("Key", exact=True).fill(FIRST)
    await page.keyboard.press("Enter")
    await expect(row(page, "…q7Xw")).to_be_visible()
    await expect(page.locator(".o-panel")).to_have_count(0)


async def choose(page: Page, words: str, choice: str) -> None:
    await row(page, words).get_by_role("button", name="More for").click()
    await page.get_by_role("menuitem", name=choice).click()


async def test_a_key_is_added_tried_and_never_seen_again(keyed: KeyedApp, page: Page) -> None:
    came = list[str]()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: came.append(str(frame))))
    await open_room(page, keyed.app)
    await expect(page.get_by_text("No provider is in reach yet")).to_be_visible()
    await add_key(page, "OpenAI", FIRST)
    await expect(row(page, "…q7Xw")).to_contain_text("Works")
    await expect(row(page, "…q7Xw")).to_contain_text("lists 2 models")
    assert keyed.openai.asked[-1].headers["authorization"] == f"Bearer {FIRST}"

    await add_key(page, "Groq", REFUSED)
    await expect(row(page, "…9fLc")).to_contain_text("Groq refuses this key")
    await expect(page.get_by_text("Groq: the key is refused")).to_be_visible()
    await row(page, "…9fLc").get_by_role("button", name="Replace").click()
    await page.get_by_label("Key", exact=True).fill(SECOND)
    await page.get_by_role("button", name="Test", exact=True).last.click()
    await expect(page.get_by_role("dialog").get_by_text("Groq refuses this key")).to_be_visible()
    await page.keyboard.press("Escape")

    await page.reload()
    await expect(row(page, "…q7Xw")).to_contain_text("Works")
    for secret in (FIRST, SECOND, REFUSED):
        assert secret not in await page.content()
        assert secret not in "".join(came)
        assert secret not in keyed.app.log.read_text()
        assert secret.encode() not in (keyed.app.folder / "data" / "omnichat.db").read_bytes()


async def test_of_two_keys_one_is_preferred_put_away_renamed_and_deleted(keyed: KeyedApp, page: Page) -> None:
    await open_room(page, keyed.app)
    await add_key(page, "OpenAI", FIRST, "Private")
    await add_key(page, "OpenAI", SECOND, "Office")
    await expect(row(page, "Private")).to_contain_text("preferred")
    await choose(page, "Office", "Use this one first")
    await expect(row(page, "Office")).to_contain_text("preferred")
    await expect(row(page, "Private")).not_to_contain_text("preferred")
    await choose(page, "Office", "Do not use it")
    await expect(row(page, "Office")).to_contain_text("Not used")
    await choose(page, "Private", "Rename")
    await page.get_by_role("textbox", name="Name").fill("My own")
    await page.get_by_role("button", name="Save").click()
    await expect(row(page, "My own")).to_be_visible()
    await choose(page, "My own", "Delete")
    await page.get_by_role("button", name="Keep it").click()
    await expect(row(page, "My own")).to_be_visible()
    await choose(page, "My own", "Delete")
    await page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(row(page, "My own")).to_have_count(0)
    await expect(row(page, "Office")).to_contain_text("Not used")


async def test_an_endpoint_is_tried_saved_changed_and_asked(keyed: KeyedApp, page: Page, upstream: Upstream) -> None:
    await open_room(page, keyed.app)
    await page.get_by_role("link", name="Custom endpoint").click()
    await page.get_by_label("Name", exact=True).fill("Office <b>model</b>")
    await page.get_by_label("Address").fill("http://10.0.0.5/v1")
    await page.get_by_label("Key", exact=True).fill(FIRST)
    await page.get_by_label("Extra headers").fill("X-Team: support")
    await page.get_by_role("button", name="Save endpoint").click()
    await expect(page.get_by_text("10.0.0.5 is inside a private network")).to_be_visible()
    await page.get_by_label("Address").fill(upstream.url)
    await page.get_by_role("button", name="Test", exact=True).click()
    await expect(page.get_by_text("and lists")).to_be_visible()
    await page.get_by_role("button", name="Save endpoint").click()
    await expect(row(page, "Office <b>model</b>")).to_contain_text("Works")

    await choose(page, "Office <b>model</b>", "Change")
    await expect(page.get_by_text("A key that ends in q7Xw is saved")).to_be_visible()
    await expect(page.get_by_label("Key", exact=True)).to_have_value("")
    await page.get_by_label("Address").fill(keyed.openai.url)
    await page.get_by_role("button", name="Save endpoint").click()
    await expect(page.get_by_text("Type the key again")).to_be_visible()
    assert keyed.openai.asked == []


async def test_what_fails_its_test_is_saved_only_when_the_person_insists(keyed: KeyedApp, page: Page) -> None:
    await open_room(page, keyed.app, f"{ROOM}/new")
    await page.get_by_label("Name", exact=True).fill("Not there yet")
    await page.get_by_label("Address").fill(keyed.groq.url)
    await page.get_by_role("button", name="Save endpoint").click()
    await expect(page.get_by_text("Not there yet refuses this key")).to_be_visible()
    await page.get_by_role("button", name="Save anyway").click()
    await expect(row(page, "Not there yet")).to_contain_text("Refused")
    await choose(page, "Not there yet", "Delete")
    await page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    await expect(row(page, "Not there yet")).to_have_count(0)


async def test_everything_fits_a_phone(keyed: KeyedApp, phone: Page) -> None:
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    await open_room(phone, keyed.app)
    await add_key(phone, "Groq", REFUSED, "A rather long name for a key, as people give them who have many of them")
    await expect(row(phone, "…9fLc")).to_contain_text("Refused")
    assert not await phone.evaluate(too_wide)
    await open_room(phone, keyed.app, f"{ROOM}/new")
    assert not await phone.evaluate(too_wide)
