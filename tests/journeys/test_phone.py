"""On a phone one card is in sight at a time."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def test_the_tabs_bring_each_card_into_sight(app: RunningApp, phone: Page) -> None:
    desk = await Desk(phone).open(
        await app.chat(lane("echo"), lane("echo", name="echo 2"), lane("echo", name="echo 3"))
    )
    assert not await phone.evaluate(TOO_WIDE)
    await desk.ask("How narrow is it here, and does a rather long prompt that needs several lines fit as well?")
    await desk.is_in_state("echo 3", "Done")
    await expect(desk.card("echo")).to_be_in_viewport(ratio=0.9)
    await expect(desk.card("echo 3")).not_to_be_in_viewport()

    tabs = phone.get_by_role("navigation", name="Answers")
    await expect(tabs.get_by_role("button", name="echo 3")).to_have_accessible_description("Done")
    await tabs.get_by_role("button", name="echo 3").tap()
    await expect(desk.card("echo 3")).to_be_in_viewport(ratio=0.9)
    await expect(desk.card("echo")).not_to_be_in_viewport(ratio=0.1)
    await tabs.get_by_role("button", name="echo", exact=True).tap()
    await expect(desk.card("echo")).to_be_in_viewport(ratio=0.9)
    assert not await phone.evaluate(TOO_WIDE)


async def test_the_list_of_chats_closes_when_one_is_chosen(app: RunningApp, phone: Page) -> None:
    await app.chat(lane("echo"), title="Chosen on a phone")
    desk = await Desk(phone).open(await app.chat(lane("echo"), title="Here on a phone"))
    chosen = desk.chats.get_by_role("link", name="Chosen on a phone")
    await expect(chosen).not_to_be_in_viewport()
    await phone.get_by_role("button", name="Open or hide the list of chats").tap()
    await expect(chosen).to_be_in_viewport()
    await chosen.tap()
    await expect(desk.title).to_have_text("Chosen on a phone")
    await expect(chosen).not_to_be_in_viewport()
    await expect(desk.prompt).to_be_in_viewport()
