"""When a model fails, its card says so, and what to do; the others never notice."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream

SAYS = {
    "key-refused": ("Key refused", "or CUSTOM_API_KEY in the file .env"),
    "broken": ("Broken", "Retry in a moment; other lanes are not affected."),
    "cut-off": ("Cut off", "What it wrote so far is kept."),
    "malformed": ("Broken", "What it wrote so far is kept."),
}


async def test_every_failure_is_named_in_its_own_card_and_can_be_mended(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await app.chat(*map(lane, SAYS), lane("echo")))
    await desk.ask("Is all well?")

    for name, (state, advice) in SAYS.items():
        await desk.is_in_state(name, state)
        await expect(desk.card(name).get_by_role("alert")).to_contain_text(advice)
    await desk.is_in_state("echo", "Done")
    await expect(desk.card("echo").get_by_role("alert")).to_have_count(0)
    await expect(desk.answer("cut-off")).to_have_text("Half an answer")

    upstream.well |= SAYS.keys()
    for name in ("key-refused", "broken"):
        await desk.press(name, "Retry")
        await expect(desk.answer(name)).to_have_text("All is well again.")
        await desk.is_in_state(name, "Done")
    for name in ("cut-off", "malformed"):
        await desk.press(name, "Continue")
        await expect(desk.answer(name)).to_have_text("Half an answer All is well again.")
        await desk.is_in_state(name, "Done")


async def test_a_lane_waits_as_long_as_its_provider_asks_and_counts_the_seconds(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await app.chat(lane("rate-limited"), lane("echo")))
    await desk.ask("Is there room?")
    await desk.is_in_state("echo", "Done")
    card = desk.card("rate-limited")
    await expect(card).to_contain_text(re.compile(r"It is asked again in (90|8\d) s\."))
    await expect(card).to_contain_text(re.compile(r"It is asked again in 8[0-7] s\."))

    await desk.press("rate-limited", "Stop")
    await desk.is_in_state("rate-limited", "Stopped")
    upstream.well.add("rate-limited")
    await card.get_by_role("button", name="Ask again").click()
    await expect(desk.answer("rate-limited")).to_have_text("All is well again.")


async def test_a_model_that_nobody_offers_fails_in_words(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(title="Unknown"))
    await desk.add_model("nobody/knows-me")
    await desk.add_model("groq/no-key")
    await desk.ask("Are you there?")

    await desk.is_in_state("knows-me", "Not found")
    await expect(desk.card("knows-me").get_by_role("alert")).to_contain_text("Choose another model from the list.")
    await desk.is_in_state("no-key", "No key")
    await expect(desk.card("no-key").get_by_role("alert")).to_contain_text("Add one under Settings → Providers & keys")
