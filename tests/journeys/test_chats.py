"""The list of chats, and what can be done with one."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream

MARK = "window.notLoadedAnew = true"
MARKED = "window.notLoadedAnew === true"


async def test_a_chat_gets_another_name(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo"), title="Before"))
    await desk.choose("Rename")
    await desk.dialog.get_by_label("Title").fill("After all")
    await desk.dialog.get_by_label("Title").press("Enter")
    await expect(desk.title).to_have_text("After all")
    await expect(desk.chats.get_by_role("link", name="After all")).to_be_visible()
    await expect(page).to_have_title("After all · OmniChat")
    await page.reload()
    await expect(desk.title).to_have_text("After all")


async def test_a_deleted_chat_can_be_brought_back(app: RunningApp, page: Page) -> None:
    address = await app.chat(lane("echo"), title="Do not miss me")
    desk = await Desk(page).open(address)
    await desk.choose("Delete")
    await expect(page).to_have_url(f"{app.url}/")
    await expect(desk.chats.get_by_role("link", name="Do not miss me")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(page).to_have_url(address)
    await expect(desk.title).to_have_text("Do not miss me")
    await expect(desk.chats.get_by_role("link", name="Do not miss me")).to_be_visible()


async def test_a_chat_that_is_deleted_in_one_tab_says_so_in_the_other(
    app: RunningApp, profile: BrowserContext, upstream: Upstream
) -> None:
    address = await app.chat(lane("deleted"), title="Seen twice")
    there = await Desk(await profile.new_page()).open(address)
    here = await Desk(await profile.new_page()).open(address)
    await here.ask("Who stops you?")
    call = await upstream.asked("deleted")
    await call.say("Nobody")
    await expect(there.answer("deleted")).to_have_text("Nobody")

    await here.choose("Delete")

    await call.hung_up()
    await expect(there.page.get_by_role("heading", name="This is not here")).to_be_visible()
    await here.page.get_by_role("button", name="Undo").click()
    await expect(here.answer("deleted")).to_have_text("Nobody")
    await here.is_in_state("deleted", "Stopped")


async def test_a_chat_is_taken_along_as_a_file(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo"), title="Keep"))
    await desk.ask("What stays?")
    await desk.is_in_state("echo", "Done")

    markdown, data = [await download(desk, what) for what in ("Export as Markdown", "Export as JSON")]

    assert "# Keep" in markdown
    assert "## 1. What stays?" in markdown
    assert "### echo (custom/echo)\n\nI read 11 signs." in markdown
    (turn,) = json.loads(data)["turns"]
    assert turn["prompt"] == "What stays?"
    assert turn["answers"][0]["text"].strip() == "I read 11 signs."


async def download(desk: Desk, what: str) -> str:
    async with desk.page.expect_download() as coming:
        await desk.choose(what)
    return await asyncio.to_thread((await (await coming.value).path()).read_text, "utf-8")


async def test_the_theme_is_chosen_by_its_picture_and_kept(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo"), title="Colours"))
    dark = page.locator("body.body--dark")
    await desk.chats.get_by_role("link", name="Settings").click()
    await expect(desk.title).to_have_text("Settings")
    for theme, is_dark in (("Light", False), ("Dark", True)):
        await page.get_by_role("radio", name=theme).click()
        await expect(page.get_by_role("radio", name=theme)).to_be_checked()
        await expect(dark).to_have_count(int(is_dark))
    await page.reload()
    await desk.is_live()
    await expect(dark).to_have_count(1)
    await page.get_by_role("radio", name="As the computer").click()
    await expect(dark).to_have_count(0)
    await page.emulate_media(color_scheme="dark")
    await expect(dark).to_have_count(1)


async def test_between_settings_and_a_chat_nothing_typed_is_lost(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo"), title="Errand"))
    await desk.prompt.fill("half a thought")
    await desk.chats.get_by_role("link", name="Settings").click()
    await expect(desk.title).to_have_text("Settings")
    await expect(desk.prompt).to_be_hidden()
    await page.go_back()
    await expect(desk.title).to_have_text("Errand")
    await expect(desk.prompt).to_have_value("half a thought")


@pytest.mark.parametrize("path", ["/c/00000000-0000-7000-8000-000000000001", "/c/", "/nowhere", "/c/x/y", "/c/%00'"])
async def test_what_is_not_there_is_said_kindly_and_with_404(app: RunningApp, page: Page, path: str) -> None:
    response = await page.goto(app.url + path)
    assert response
    assert response.status == 404
    missing = page.get_by_role("heading", name="This is not here")
    await expect(missing).to_be_visible()
    await Desk(page).is_live()
    await expect(missing).to_be_visible()
    await page.get_by_role("link", name="Start a new chat").click()
    await expect(page).to_have_url(f"{app.url}/")
    await expect(page.get_by_label("Your prompt")).to_be_visible()


async def test_back_and_forward_walk_between_chats_without_loading_the_page(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    first = await app.chat(lane("walked"), title="First stop")
    second = await app.chat(lane("echo"), title="Second stop")
    desk = await Desk(page).open(first)
    await page.evaluate(MARK)
    await desk.ask("Still there?")
    call = await upstream.asked("walked")
    await desk.chats.get_by_role("link", name="Second stop").click()
    await expect(desk.title).to_have_text("Second stop")
    await expect(page).to_have_url(second)

    await page.go_back()
    await expect(desk.title).to_have_text("First stop")
    await call.say("Sure")
    await expect(desk.answer("walked")).to_have_text("Sure")
    await page.go_forward()
    await expect(desk.title).to_have_text("Second stop")
    await page.go_back()
    await call.end()
    await desk.is_in_state("walked", "Done")
    assert await page.evaluate(MARKED)


async def test_the_guide_is_a_click_away_and_back_leads_to_the_chat(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo"), title="Before help"))
    here = page.url
    await desk.chats.get_by_role("link", name="Help", exact=True).click()
    await expect(page.get_by_role("heading", name="Using OmniChat")).to_be_visible()
    await expect(desk.prompt).to_be_hidden()
    await expect(page).to_have_url(re.compile(r"/help$"))
    await page.go_back()
    await expect(page).to_have_url(here)
    await expect(desk.title).to_have_text("Before help")
    await expect(desk.prompt).to_be_visible()
