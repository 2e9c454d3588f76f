"""Answers belong to the server: tabs come and go, and even a crash loses little."""

from __future__ import annotations

import signal

from playwright.async_api import BrowserContext, Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream


async def test_a_page_loaded_anew_shows_the_text_so_far_and_goes_on(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await app.chat(lane("reloaded")))
    await desk.ask("Where were we?")
    call = await upstream.asked("reloaded")
    await call.say("We were right here")
    await expect(desk.answer("reloaded")).to_have_text("We were right here")

    response = await page.reload()

    assert response
    assert "We were right here" in await response.text()
    await desk.is_live()
    await expect(desk.answer("reloaded")).to_have_text("We were right here")
    await call.say("and now we are")
    await expect(desk.answer("reloaded")).to_have_text("We were right here and now we are")
    await call.say("there.")
    await call.end()
    await desk.is_in_state("reloaded", "Done")
    await expect(desk.answer("reloaded")).to_have_text("We were right here and now we are there.")


async def test_two_tabs_show_the_same_and_closing_them_stops_nothing(
    app: RunningApp, profile: BrowserContext, upstream: Upstream
) -> None:
    address = await app.chat(lane("shared"))
    second = await Desk(await profile.new_page()).open(address)
    first = await Desk(await profile.new_page()).open(address)

    await first.ask("Who hears me?")
    await expect(second.headline).to_have_text("Who hears me?")
    call = await upstream.asked("shared")
    await call.say("Everybody")
    await expect(first.answer("shared")).to_have_text("Everybody")
    await expect(second.answer("shared")).to_have_text("Everybody")
    await first.page.close()
    await call.say("who")
    await expect(second.answer("shared")).to_have_text("Everybody who")
    await second.page.close()
    await call.say("listens.")
    await call.end()

    third = await Desk(await profile.new_page()).open(address)
    await third.is_in_state("shared", "Done")
    await expect(third.answer("shared")).to_have_text("Everybody who listens.")


async def test_after_a_crash_the_text_is_there_and_the_lane_goes_on(
    own_app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await own_app.chat(lane("crashed")))
    await desk.ask("What happens now?")
    call = await upstream.asked("crashed")
    await call.say("Something terrible")
    await own_app.until_stored("reply_version.text", "Something terrible")

    await own_app.end(signal.SIGKILL)
    await own_app.start()

    await desk.is_in_state("crashed", "Interrupted")
    await expect(desk.answer("crashed")).to_have_text("Something terrible")
    await desk.press("crashed", "Continue")
    call = await upstream.asked("crashed")
    await call.say("that ended well.")
    await call.end()
    await desk.is_in_state("crashed", "Done")
    await expect(desk.answer("crashed")).to_have_text("Something terrible that ended well.")


async def test_a_server_told_to_end_waits_for_the_answer_and_stores_it(
    own_app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await own_app.chat(lane("last")))
    await desk.ask("Any last words?")
    call = await upstream.asked("last")
    await call.say("Only")

    own_app.tell(signal.SIGTERM)
    await own_app.until_logged("Finishing 1 running answer")
    await call.say("these.")
    await call.end()

    assert await own_app.gone() == 0
    await own_app.start()
    await desk.is_in_state("last", "Done")
    await expect(desk.answer("last")).to_have_text("Only these.")
