"""Choosing among thousands of models."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.market import ENDING, MANY, STALL
from tests.journeys.running_app import RunningApp

IN_SIGHT = 40
TOTAL = MANY + len(STALL) + 1 + 2  # beside OpenRouter's: one of Groq, two of the upstream


async def test_the_list_narrows_as_one_types(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(title="Narrow"))
    await desk.open_selector()
    await expect(desk.search).to_be_focused()
    await expect(desk.hits).to_contain_text(f"{TOTAL:,} models")
    await expect(desk.models).to_have_count(IN_SIGHT)

    await desk.search.press_sequentially("her")
    await expect(desk.model("Heron 2")).to_be_visible()
    await expect(desk.hits).to_have_text(f"1 model of {TOTAL:,}")
    await desk.find_models("zoo")
    await expect(desk.models).to_have_count(4)
    await desk.find_models("vision < $5")
    await expect(desk.hits).to_have_text(f"1 model of {TOTAL:,}: images, under $5 a million tokens")
    await expect(desk.model("Wren Mini")).to_contain_text("$0.25 / $0.75")
    await desk.find_models("groq")
    await expect(desk.models).to_have_count(1)


async def test_filters_hold_together_with_words_until_they_are_cleared(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(title="Filters"))
    await desk.open_selector()
    filters = desk.dialog.get_by_role("group", name="Filters")
    await filters.get_by_role("button", name="Images").click()
    await expect(desk.models).to_have_count(2)
    await expect(filters.get_by_role("button", name="Images")).to_have_attribute("aria-pressed", "true")
    await filters.get_by_role("button", name="1 M").click()
    await expect(desk.models).to_have_count(1)
    await expect(desk.model("Heron 2")).to_be_visible()

    await desk.search.fill("wren")
    await expect(desk.dialog.get_by_text("No model matches “wren”.")).to_be_visible()
    await desk.dialog.get_by_role("button", name="Clear search and filters").click()
    await expect(desk.models).to_have_count(IN_SIGHT)
    await expect(desk.search).to_have_value("")
    await expect(desk.search).to_be_focused()


async def test_more_rows_come_when_the_end_of_the_list_is_reached(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(title="More"))
    await desk.find_models("mass")
    await expect(desk.models).to_have_count(IN_SIGHT)
    await page.locator(".o-models").evaluate("it => it.scrollTop = it.scrollHeight")
    await expect(desk.models).to_have_count(2 * IN_SIGHT)


async def test_several_models_are_asked_in_one_go_one_of_them_twice(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(lane("echo"), title="Several"))
    await desk.find_models("zoo")
    await desk.model("Heron 2").get_by_role("gridcell").first.click()
    await desk.model("Swift").get_by_role("button", name="Add").click()
    await desk.model("Swift").get_by_role("button", name="Add").click()
    await expect(desk.model("Swift").locator("b")).to_have_text("2")
    await desk.model("Wren Mini").get_by_role("gridcell").first.click()
    await desk.model("Wren Mini").get_by_role("gridcell").first.click()
    await desk.dialog.get_by_role("button", name="Ask these 4").click()

    await expect(desk.lanes.get_by_role("listitem")).to_have_text(
        [re.compile(name) for name in ("echo", "Heron 2", "Swift", "Swift 2")]
    )
    await desk.open_selector()
    await desk.find_models("swift")
    await desk.model("Swift").get_by_role("button", name="One less of").click()
    await desk.find_models("echo")
    await desk.model("echo").get_by_role("gridcell").first.click()
    await desk.ask_these()
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(2)
    await page.get_by_role("button", name="Undo").click()
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(4)


async def test_everything_is_done_by_keys(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(title="Keys"))
    await page.get_by_role("button", name="Add model", exact=True).press("Enter")
    await expect(desk.search).to_be_focused()
    await page.keyboard.type("m-000")
    await expect(desk.models).to_have_count(10)
    grid = desk.dialog.get_by_role("grid", name="Models")
    await page.keyboard.press("ArrowDown")
    await expect(grid).to_be_focused()
    await expect(desk.details).to_contain_text("mass/m-0000")
    await page.keyboard.press("Space")
    await expect(desk.model("m-0000")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowDown")
    await expect(desk.details).to_contain_text("mass/m-0001")
    active = await desk.model("m-0001").get_attribute("id")
    await expect(grid).to_have_attribute("aria-activedescendant", str(active))
    for key in ("+", "+", "+", "-"):
        await page.keyboard.press(key)
    await expect(desk.model("m-0001").locator("b")).to_have_text("2")
    await page.keyboard.press("End")
    await expect(desk.details).to_contain_text("mass/m-0009")
    await page.keyboard.press("Home")
    await expect(desk.details).to_contain_text("mass/m-0000")
    await page.keyboard.press("ArrowUp")
    await expect(desk.search).to_be_focused()
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('[aria-label=Filters]') !== null")
    await desk.search.press("ArrowDown")
    await expect(grid).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(desk.dialog).to_have_count(0)
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(3)


async def test_typing_and_enter_add_the_first_that_matches(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(lane("echo"), title="Enter"))
    await page.get_by_role("button", name="Add model", exact=True).click()
    await expect(desk.search).to_be_focused()
    await page.keyboard.type("wren min")
    await page.keyboard.press("Enter")
    await expect(desk.dialog).to_have_count(0)
    await expect(desk.lanes.get_by_role("listitem")).to_have_text([re.compile("echo"), re.compile("Wren Mini")])


async def test_closing_without_asking_changes_nothing(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(lane("echo"), title="Closing"))
    await desk.find_models("zoo")
    await desk.model("Swift").get_by_role("button", name="Add").click()
    await expect(desk.dialog.get_by_role("button", name="Ask these 2")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(1)


async def test_details_tell_what_a_model_can_what_it_costs_and_that_it_ends(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(title="Details"))
    await desk.find_models("zoo/wren")
    for words in (
        "OpenRouter",
        "Images",
        "Thinking",
        "Tools",
        "200,000 tokens",
        "64,000 tokens",
        "$0.25 / $0.75 per M",
    ):
        await expect(desk.details).to_contain_text(words)
    await expect(desk.details).to_contain_text("Last seen in the catalogue")
    docs = desk.details.get_by_role("link", name="Documentation")
    await expect(docs).to_have_attribute("href", re.compile("^https://"))
    await desk.find_models("dodo")
    await expect(desk.details).to_contain_text(f"It will be shut down on {ENDING.day} {ENDING:%B %Y}.")
    await expect(desk.model("Dodo")).to_contain_text("ends")


async def test_details_tell_how_fast_a_model_was_here(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(lane("echo")))
    await desk.ask("How fast?")
    await desk.is_in_state("echo", "Done")
    await desk.find_models("custom/echo")
    await expect(desk.details).to_contain_text(re.compile(r"Your first token[\d.]+ s median"))


async def test_a_provider_that_hangs_or_sends_nonsense_holds_nobody_up(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(title="Troubles"))
    await desk.open_selector()
    await expect(desk.models).to_have_count(IN_SIGHT)
    await expect(desk.dialog.get_by_text("not be asked for a fresh list")).to_be_attached()
    await expect(desk.hits).to_contain_text(re.compile(r"\d providers? did not answer"))
    await expect(desk.dialog.locator("details")).to_contain_text("xAI")
    await expect(desk.dialog.locator(".o-rest")).to_contain_text(re.compile("Asking a provider what|Mistral"))
