"""Models that a person keeps at hand, and who is asked next time."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp

EVIL = "<img src=x onerror=document.title=1>"


async def names_asked(desk: Desk, *names: str) -> None:
    """Return when exactly these lanes are asked."""
    chips = desk.lanes.get_by_role("listitem").locator("bdi")
    await expect(chips).to_have_text(list(names))


async def test_a_favourite_stands_first_the_next_time(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(title="Favourites"))
    await desk.find_models("m-0777")
    await desk.details.get_by_role("button", name="Favourite").click()
    await expect(desk.details.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)

    await desk.open_selector()
    await expect(desk.dialog.get_by_text("Favourites · ")).to_be_visible()
    await expect(desk.models.first).to_have_attribute("aria-label", re.compile("m-0777, OpenRouter.*favourite"))
    filters = desk.dialog.get_by_role("group", name="Filters")
    await filters.get_by_role("button", name="Favourites").click()
    await expect(desk.models).to_have_count(1)
    await desk.search.press("ArrowDown")
    await expect(desk.dialog.get_by_role("grid", name="Models")).to_be_focused()
    await page.keyboard.press("f")
    await expect(desk.details.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "false")
    await expect(desk.models).to_have_count(1)
    await filters.get_by_role("button", name="All models").click()
    await expect(desk.dialog.get_by_text("Favourites · ")).to_have_count(0)


async def test_models_asked_lately_are_at_hand(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(title="Recent"))
    await desk.add_model("openrouter/mass/m-0888")
    await desk.open_selector()
    await expect(desk.dialog.get_by_text("Recent · ")).to_be_visible()
    await expect(desk.models.first).to_have_attribute("aria-label", re.compile("m-0888, OpenRouter"))


async def test_a_set_is_saved_recalled_in_one_click_renamed_and_deleted(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(title="Sets"))
    await desk.find_models("zoo")
    await desk.model("Heron 2").get_by_role("button", name="Add").click()
    await desk.model("Swift").get_by_role("button", name="Add").click()
    await desk.model("Swift").get_by_role("button", name="Add").click()
    await desk.dialog.get_by_role("button", name="Save as set").click()
    naming = page.get_by_role("dialog", name="Save these models as a set")
    await naming.get_by_label("Name of the set").fill("Every day")
    await naming.get_by_role("button", name="Save").click()
    recall = page.get_by_role("button", name="Pick the set Every day")
    await expect(recall).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)

    desk = await Desk(page).open(await shop.chat(lane("echo"), title="Sets again"))
    await desk.open_selector()
    await recall.click()
    await desk.dialog.get_by_role("button", name="Ask these 3").click()
    await names_asked(desk, "Heron 2", "Swift", "Swift 2")

    await desk.open_selector()
    await page.get_by_role("button", name="More for the set Every day").click()
    await page.get_by_role("menuitem", name="Rename").click()
    naming = page.get_by_role("dialog", name="Rename this set")
    await naming.get_by_label("Name of the set").fill("Sundays")
    await naming.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Pick the set Sundays")).to_be_visible()
    await page.get_by_role("button", name="More for the set Sundays").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(page.get_by_role("button", name="Pick the set Sundays")).to_have_count(0)
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.get_by_role("button", name="Pick the set Sundays")).to_be_visible()


async def test_the_address_names_whom_a_new_chat_asks(shop: RunningApp, page: Page) -> None:
    named = f"custom/echo,openrouter/zoo/swift,custom/echo,nobody/knows-me,nonsense,{EVIL}"
    address = f"{shop.url}/?models={named}"
    desk = await Desk(page).open(address)
    await names_asked(desk, "echo", "Swift", "echo 2", "knows-me")
    await expect(page.locator(".o-toast")).to_contain_text(f"No models called nonsense, {EVIL}.")
    await expect(page).not_to_have_title("1")
    await desk.open_selector()
    await expect(desk.dialog.get_by_role("button", name="Ask these 4")).to_be_visible()
    await desk.find_models("nobody/knows-me")
    await expect(desk.models).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)
    await desk.open(f"{shop.url}/?models=custom/echo")
    await names_asked(desk, "echo")


async def test_the_next_new_chat_asks_whom_was_chosen_last(shop: RunningApp, page: Page) -> None:
    await Desk(page).open(f"{shop.url}/?models=custom/led")
    desk = await Desk(page).open(await shop.chat(lane("echo"), title="Chosen in an older chat"))
    await desk.add_model("openrouter/zoo/wren")
    await names_asked(desk, "echo", "Wren Mini")
    await page.get_by_role("link", name="New chat").click()
    await expect(desk.title).to_have_text("New chat")
    await names_asked(desk, "echo", "Wren Mini")


async def test_a_chip_leads_to_another_model_and_a_name_of_one_s_own_stays(shop: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await shop.chat(lane("led"), lane("led", name="Critic"), title="Chips"))
    await desk.lanes.get_by_role("button", name="Another model for led").click()
    await expect(desk.search).to_be_focused()
    await desk.find_models("wren")
    await expect(desk.dialog.get_by_role("button", name="Use this model")).to_be_visible()
    await desk.model("Wren Mini").get_by_role("gridcell").first.click()
    await expect(desk.dialog).to_have_count(0)
    await names_asked(desk, "Wren Mini", "Critic")

    await desk.lanes.get_by_role("button", name="Another model for Critic").click()
    await expect(desk.search).to_be_focused()
    await page.keyboard.type("custom/echo")
    await page.keyboard.press("Enter")
    await expect(desk.dialog).to_have_count(0)
    await desk.ask("Who are you?")
    await expect(desk.card("Critic")).to_contain_text("I read 12 signs.")
