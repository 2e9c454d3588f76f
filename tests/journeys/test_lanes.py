"""Voices join and leave while a conversation goes on."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp


async def test_lanes_join_and_leave_in_the_middle_of_a_chat(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    await desk.ask("One")
    await desk.is_in_state("echo", "Done")

    await desk.add_model("custom/echo")
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(2)
    await desk.ask("Two!")
    await desk.is_in_state("echo", "Done")
    await desk.is_in_state("echo 2", "Done")

    await desk.lanes.get_by_role("button", name="Remove echo 2").click()
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("button", name="Undo").click()
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(2)

    await desk.lanes.get_by_role("button", name="Remove echo 2").click()
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(1)
    await desk.ask("Three!!")
    await expect(desk.card("echo")).to_contain_text("I read 7 signs.")
    await expect(desk.card("echo 2")).to_have_count(0)
    await page.get_by_role("button", name="Two!").click()
    await expect(desk.answer("echo 2")).to_have_text("I read 4 signs.")
