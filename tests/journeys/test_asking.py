"""One prompt, several answers."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk
from tests.journeys.running_app import RunningApp


async def test_three_lanes_answer_side_by_side(app: RunningApp, page: Page) -> None:
    await app.chat()
    desk = await Desk(page).open(app.url)
    await desk.add_model("local/tiny")
    await desk.add_model("local/tiny")
    await desk.add_model("llamacpp/tiny")
    await set_temperature(desk, "tiny", "0.1")
    await set_temperature(desk, "tiny 2", "1.4")

    await desk.ask("Which river is the longest?")

    for name in ("tiny", "tiny 2", "tiny 3"):
        await desk.is_in_state(name, "Done")
        await expect(desk.answer(name)).to_have_text(r"\w+")
        await expect(desk.card(name).locator(".o-figures")).to_contain_text("/s")
    await expect(desk.card("tiny")).to_contain_text("This computer · temperature 0.1")
    await expect(desk.card("tiny 2")).to_contain_text("This computer · temperature 1.4")
    await expect(desk.card("tiny 3")).to_contain_text("llama.cpp")
    await expect(desk.title).to_have_text("Which river is the longest?")
    await expect(desk.chats.get_by_role("link", name="Which river is the longest?")).to_be_visible()
    tops = {(await lane.bounding_box() or {})["y"] for lane in await page.get_by_role("article").all()}
    assert len(tops) == 1


async def set_temperature(desk: Desk, lane: str, degrees: str) -> None:
    await desk.lanes.get_by_role("button", name=lane, exact=True).first.click()
    await desk.dialog.get_by_label("Temperature").fill(degrees)
    await desk.dialog.get_by_role("button", name="Save").click()
    await expect(desk.dialog).to_have_count(0)
