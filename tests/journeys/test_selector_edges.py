"""The selector on a phone, to screen readers, with hostile names, and with nothing to choose from."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.market import SCRIPT
from tests.journeys.running_app import RunningApp, a_running_app

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
UNSOUND = """() => {
    const grid = document.querySelector("[role=grid]")
    const rows = [...grid.querySelectorAll("[role=row]")]
    return [
        ...rows.filter(row => [...row.children].some(cell => cell.getAttribute("role") !== "gridcell")),
        ...rows.filter(row => !row.getAttribute("aria-label")),
        ...grid.querySelectorAll("button:not([tabindex='-1'])"),
        ...(document.getElementById(grid.getAttribute("aria-activedescendant"))?.role === "row" ? [] : [grid]),
    ].map(it => it.outerHTML.slice(0, 200))
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def bare_app(tmp_path: Path) -> AsyncGenerator[RunningApp, None]:
    """Yield an application that reaches nobody."""
    async with a_running_app(tmp_path, {"OMNICHAT_LOCAL_SERVERS": "off"}) as running:
        yield running


async def test_without_any_provider_the_way_to_the_keys_is_shown(bare_app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(bare_app.url)
    await page.get_by_role("button", name="Add model", exact=True).click()
    await expect(desk.dialog.get_by_text("No provider is in reach yet")).to_be_visible()
    keys = desk.dialog.get_by_role("link", name="Providers & keys")
    await expect(keys).to_have_attribute("href", "/settings/providers")
    await desk.search.fill("nobody/knows-me")
    await expect(desk.models).to_have_count(1)


async def test_the_grid_is_sound_for_screen_readers(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(lane("echo"), title="Grid"))
    await desk.open_selector()
    await expect(desk.dialog.get_by_role("grid", name="Models")).to_have_attribute("aria-multiselectable", "true")
    assert await page.evaluate(UNSOUND) == []
    await desk.find_models("zoo")
    await desk.model("Swift").get_by_role("button", name="Add Swift").click()
    await expect(desk.model("Swift")).to_have_attribute("aria-selected", "true")
    await expect(desk.dialog.get_by_role("grid", name="Models")).to_have_attribute("aria-rowcount", "4")
    await expect(desk.hits).to_have_attribute("aria-live", "polite")
    assert await page.evaluate(UNSOUND) == []


async def test_hostile_names_stay_text_and_keep_their_place(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(title="Hostile names"))
    await desk.find_models("openrouter odd/")
    await expect(desk.models).to_have_count(3)
    await expect(desk.models.nth(1)).to_contain_text("odd/reversed")
    for number in range(3):
        box = await desk.models.nth(number).bounding_box()
        assert box
        assert box["height"] < 60
    await expect(desk.model(SCRIPT)).to_have_count(1)
    await desk.model(SCRIPT).get_by_role("gridcell").first.click()
    await expect(desk.details.get_by_role("heading")).to_have_text(SCRIPT)
    await desk.find_models("openrouter/odd/long")
    assert len(await desk.details.get_by_role("heading").inner_text()) <= 160
    await desk.models.get_by_role("button", name="Add").click()
    await desk.ask_these()
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(2)
    assert len(await desk.lanes.get_by_role("listitem").nth(1).inner_text()) < 120
    assert not await page.evaluate("window.broken")
    assert not await page.evaluate(TOO_WIDE)


async def test_a_phone_has_the_list_and_two_sheets(shop: RunningApp, phone: Page) -> None:
    desk = await Desk(phone).open(await shop.chat(title="Selector on a phone"))
    await phone.get_by_role("button", name="Add model", exact=True).tap()
    await expect(desk.models.first).to_be_visible()
    assert not await phone.evaluate(TOO_WIDE)
    filters = desk.dialog.get_by_role("group", name="Filters")
    await expect(filters).to_be_hidden()
    await desk.dialog.get_by_role("button", name="Filters and sets").tap()
    await filters.get_by_role("button", name="Thinking").tap()
    await filters.get_by_role("button", name="Close the filters").tap()
    await expect(filters).to_be_hidden()
    await expect(desk.models).to_have_count(1)

    await expect(desk.details).to_be_hidden()
    await desk.models.get_by_role("button", name="Details of").tap()
    await expect(desk.details).to_be_in_viewport(ratio=0.9)
    await desk.details.get_by_role("button", name="Add").tap()
    await desk.details.get_by_role("button", name="Close the details").tap()
    await expect(desk.details).to_be_hidden()
    await desk.dialog.get_by_role("button", name="Ask this one").tap()
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(1)


async def test_a_small_screen_holds_the_selector(shop: RunningApp, page: Page) -> None:
    for width, height in ((1024, 700), (900, 600), (899, 600), (390, 560)):
        await page.set_viewport_size({"width": width, "height": height})
        desk = await Desk(page).open(await shop.chat(title="Small"))
        await desk.open_selector()
        assert not await page.evaluate(TOO_WIDE)
        await expect(desk.search).to_be_in_viewport(ratio=1)
        await expect(desk.dialog.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport(ratio=1)
