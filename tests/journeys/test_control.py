"""Who is asked, in which order, and what waits."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream


async def test_one_lane_alone_is_asked_by_its_name(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo", name="Ann"), lane("echo", name="Bob")))
    await desk.prompt.press_sequentially("@b")
    offered = page.get_by_role("group", name="Write to one lane")
    await expect(offered.get_by_role("button")).to_have_text(["@Bob"])
    await offered.get_by_role("button", name="@Bob").click()
    await expect(desk.prompt).to_have_value("@Bob ")
    await desk.prompt.press_sequentially("Only you")
    await expect(page.get_by_text("Only Bob")).to_be_visible()
    await desk.prompt.press("Enter")
    await expect(desk.headline.last).to_have_text("Only you")
    await expect(desk.answer("Bob")).to_have_text("I read 8 signs.")
    await expect(desk.card("Ann")).to_have_count(0)

    await desk.press("Bob", "More for this answer")
    await page.get_by_role("menuitem", name="Write to this lane only").click()
    await expect(desk.prompt).to_have_value("@Bob ")


async def test_a_prompt_that_waits_can_be_withdrawn_or_worded_anew(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await app.chat(lane("slowly")))
    await desk.ask("First")
    first = await upstream.asked("slowly")
    await desk.ask("Sceond")
    waiting = page.get_by_role("list", name="Prompts in line").get_by_role("listitem")
    await expect(waiting).to_contain_text("“Sceond”")
    await waiting.get_by_role("button", name="Edit").click()
    await expect(desk.prompt).to_have_value("Sceond")
    await expect(waiting).to_have_count(0)
    await expect(desk.headline).to_have_text(["First"])
    await desk.ask("Second")
    await expect(waiting).to_contain_text("“Second”")
    await waiting.get_by_role("button", name="Withdraw").click()
    await expect(waiting).to_have_count(0)
    await expect(desk.prompt).to_have_value("")
    await page.get_by_role("button", name="Undo").click()
    await expect(waiting).to_contain_text("“Second”")

    await first.say("So")
    await first.end()
    second = await upstream.asked("slowly")
    assert second.prompts == ["First", "Second"]
    await second.say("Here")
    await expect(waiting).to_have_count(0)
    await second.end()


async def test_only_what_failed_is_asked_again(app: RunningApp, page: Page, upstream: Upstream) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo"), lane("broken"), lane("key-refused")))
    await desk.ask("All of you")
    await desk.is_in_state("echo", "Done")
    await expect(desk.card("broken").get_by_role("alert")).to_be_visible()
    await expect(desk.card("key-refused").get_by_role("alert")).to_be_visible()
    upstream.well |= {"broken", "key-refused"}
    try:
        await page.get_by_role("button", name="Retry failed").click()
        await desk.is_in_state("broken", "Done")
        await desk.is_in_state("key-refused", "Done")
    finally:
        upstream.well -= {"broken", "key-refused"}
    await expect(page.get_by_role("button", name="Retry failed")).to_be_hidden()
    await expect(desk.card("echo").get_by_text("2/2")).to_have_count(0)


async def test_a_lane_that_comes_later_answers_the_thread_so_far_and_one_put_away_comes_back(
    app: RunningApp, page: Page
) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo", name="Ann")))
    await desk.ask("One")
    await desk.is_in_state("Ann", "Done")
    await desk.add_model("custom/echo")
    await expect(page.get_by_text("echo starts here.")).to_be_visible()
    await page.get_by_role("button", name="Answer the thread so far").click()
    await expect(desk.answer("echo")).to_have_text("I read 3 signs.")
    await expect(desk.card("Ann").get_by_text("2/2")).to_have_count(0)

    await desk.lanes.get_by_role("button", name="Remove echo").click()
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(1)
    await page.reload()
    await desk.is_live()
    await desk.choose("Bring back echo")
    await expect(desk.lanes.get_by_role("listitem")).to_have_count(2)
