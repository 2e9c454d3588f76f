"""What a person thinks of an answer: adopted, rated, forked."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream


async def test_an_adopted_answer_is_what_all_lanes_go_on_from(app: RunningApp, page: Page, upstream: Upstream) -> None:
    upstream.says |= {"plan-a": "Plan A.", "plan-b": "Plan B."}
    desk = await Desk(page).open(await app.chat(lane("plan-a"), lane("plan-b"), lane("asked-later")))
    await desk.ask("Which plan?")
    await (await upstream.asked("asked-later")).end()
    await desk.is_in_state("plan-b", "Done")

    await desk.answer("plan-a").select_text()
    await expect(page.get_by_role("article").get_by_text("Adopted", exact=True)).to_have_count(0)
    await desk.press("plan-b", "Adopt")
    await desk.is_in_state("plan-b", "Done, adopted")
    await desk.press("plan-a", "Adopt")
    await desk.is_in_state("plan-b", "Done")
    await desk.is_in_state("plan-a", "Done, adopted")
    await page.reload()
    await desk.is_live()
    await desk.is_in_state("plan-a", "Done, adopted")
    await page.get_by_role("radio", name="Focus").click()
    tabs = page.get_by_role("navigation", name="Answers").get_by_role("button")
    await expect(tabs).to_contain_text(["Adopted", "plan-b", "asked-later"])
    await expect(tabs.filter(has_text="Adopted")).to_have_count(1)
    await page.get_by_role("radio", name="Columns").click()
    await desk.press("plan-a", "Undo adopt")
    await desk.is_in_state("plan-a", "Done")
    await desk.press("plan-b", "Adopt")

    await page.get_by_role("radio", name="Adopted").click()
    await app.until_stored("conversation.settings", "adopted")
    await desk.ask("Go on")
    call = await upstream.asked("asked-later")
    said = [message["content"] for message in call.body["messages"]]
    await call.end()
    assert said == ["Which plan?", "Plan B.", "Go on"]


async def test_a_thumb_keeps_the_word_why(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo"), lane("echo", name="other")))
    await desk.ask("Rate me")
    await desk.is_in_state("echo", "Done")
    thumb = desk.card("echo").get_by_role("button", name="Bad answer")
    await thumb.click()
    await desk.card("echo").get_by_label("Why?").fill("It counts wrong")
    await desk.card("echo").get_by_label("Why?").press("Enter")
    await expect(desk.card("echo").get_by_text("“It counts wrong”")).to_be_visible()
    await page.reload()
    await desk.is_live()
    await expect(thumb).to_have_attribute("aria-pressed", "true")
    await expect(desk.card("other").get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "false")

    await thumb.click()
    await expect(thumb).to_have_attribute("aria-pressed", "false")
    await expect(desk.card("echo").get_by_text("“It counts wrong”")).to_have_count(0)


async def test_a_fork_goes_its_own_way(app: RunningApp, page: Page) -> None:
    address = await app.chat(lane("echo"), lane("echo", name="other"))
    desk = await Desk(page).open(address)
    await desk.ask("One")
    await desk.is_in_state("other", "Done")
    await desk.press("other", "More for this answer")
    await page.get_by_role("menuitem", name="Fork a new chat from here").click()
    await expect(page).not_to_have_url(address)
    await expect(page).to_have_url(re.compile("/c/"))
    await desk.is_in_state("other", "Done, adopted")
    await desk.ask("Only here")
    await desk.is_in_state("echo", "Done")
    await desk.open(address)
    await expect(desk.headline).to_have_text(["One"])
