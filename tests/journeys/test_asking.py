"""One prompt, several answers."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream

FIGURES = re.compile(r"First token[\d.]+ s.*Tokens\d+")


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
        await expect(desk.answer(name)).to_have_text(re.compile(r"\w"))
        await expect(desk.card(name).locator(".o-figures")).to_have_text(FIGURES)
    await expect(desk.card("tiny")).to_contain_text("This computer · temperature 0.1")
    await expect(desk.card("tiny 2")).to_contain_text("This computer · temperature 1.4")
    await expect(desk.card("tiny 3")).to_contain_text("llama.cpp")
    await expect(desk.title).to_have_text("Which river is the longest?")
    await expect(desk.chats.get_by_role("link", name="Which river is the longest?")).to_be_visible()
    boxes = [await card.bounding_box() for card in await page.get_by_role("article").all()]
    assert len(boxes) == 3
    assert len({box["y"] for box in boxes if box}) == 1


async def test_one_lane_is_stopped_and_the_others_go_on(app: RunningApp, page: Page, upstream: Upstream) -> None:
    desk = await Desk(page).open(await app.chat(lane("stopped"), lane("steady"), lane("echo")))
    await desk.ask("Who goes on?")
    stopped, steady = await upstream.asked("stopped"), await upstream.asked("steady")
    await stopped.say("Not for long")
    await steady.say("I do")
    await expect(desk.answer("stopped")).to_have_text("Not for long")

    await desk.press("stopped", "Stop")

    await stopped.hung_up()
    await desk.is_in_state("stopped", "Stopped")
    await expect(desk.answer("stopped")).to_have_text("Not for long")
    await desk.is_in_state("echo", "Done")
    await desk.is_in_state("steady", "Writing")
    await steady.say("to the end.")
    await steady.end()
    await desk.is_in_state("steady", "Done")
    await expect(desk.answer("steady")).to_have_text("I do to the end.")


async def test_a_second_prompt_waits_until_the_lane_has_answered_the_first(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await app.chat(lane("busy")))
    await desk.ask("First?")
    first = await upstream.asked("busy")
    await first.say("One")

    await desk.ask("Second?")
    await expect(desk.card("busy").first).to_contain_text("One")
    await expect(desk.card("busy").last).to_contain_text("Begins when turn 1 is answered.")
    assert upstream.waiting("busy") == 0
    await first.end()

    second = await upstream.asked("busy")
    assert second.prompts == ["First?", "Second?"]
    await second.say("Two")
    await second.end()
    await expect(desk.answer("busy").last).to_have_text("Two")
    await desk.page.reload()
    await expect(page.get_by_role("button", name="First? 1 answer")).to_be_visible()


async def test_a_lane_asked_again_keeps_its_earlier_answer(app: RunningApp, page: Page, upstream: Upstream) -> None:
    desk = await Desk(page).open(await app.chat(lane("versions"), lane("echo")))
    await desk.ask("Once more?")
    for words in ("First try.", "Second try."):
        call = await upstream.asked("versions")
        assert call.prompts == ["Once more?"]
        await call.say(words)
        await call.end()
        await desk.is_in_state("versions", "Done")
        await expect(desk.answer("versions")).to_have_text(words)
        if words == "First try.":
            await desk.press("versions", "Ask again")

    await expect(desk.card("versions")).to_contain_text("2/2")
    await desk.press("versions", "Earlier version")
    await expect(desk.answer("versions")).to_have_text("First try.")
    await desk.press("versions", "Later version")
    await expect(desk.answer("versions")).to_have_text("Second try.")
    await expect(desk.card("echo")).not_to_contain_text("/2")


async def test_all_lanes_are_stopped_at_once(app: RunningApp, page: Page, upstream: Upstream) -> None:
    desk = await Desk(page).open(await app.chat(lane("one"), lane("two")))
    await desk.ask("Enough?")
    one, two = await upstream.asked("one"), await upstream.asked("two")
    await one.say("Never")
    await expect(desk.answer("one")).to_have_text("Never")

    await page.get_by_role("button", name="Stop all").click()

    await one.hung_up()
    await two.hung_up()
    await desk.is_in_state("one", "Stopped")
    await desk.is_in_state("two", "Stopped")
    await expect(page.get_by_role("button", name="Stop all")).to_have_count(0)


async def set_temperature(desk: Desk, lane: str, degrees: str) -> None:
    await desk.lanes.get_by_role("button", name=lane, exact=True).first.click()
    await desk.dialog.get_by_label("Temperature").fill(degrees)
    await desk.dialog.get_by_role("button", name="Save", exact=True).click()
    await expect(desk.dialog).to_have_count(0)
