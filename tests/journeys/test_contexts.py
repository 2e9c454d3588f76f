"""What the next turn sees is chosen in the composer."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream


async def test_every_lane_can_be_shown_what_all_have_said(app: RunningApp, page: Page, upstream: Upstream) -> None:
    upstream.says |= {"told-a": "Alpha says yes.", "told-b": "Beta says no."}
    desk = await Desk(page).open(await app.chat(lane("told-a"), lane("told-b"), lane("quoted")))
    modes = page.get_by_role("radiogroup", name="Next turn sees")
    await expect(modes.get_by_role("radio", name="Own")).to_be_checked()
    await expect(modes).to_have_attribute("aria-description", "Each lane sees its own answers only.")
    await desk.ask("Yes or no?")
    await (await upstream.asked("quoted")).end()
    await desk.is_in_state("quoted", "Done")

    await modes.get_by_role("radio", name="All quoted").click()
    await expect(modes).to_have_attribute("aria-description", re.compile("everybody's answers"))
    await app.until_stored("conversation.settings", "quoted")
    await page.reload()
    await expect(modes.get_by_role("radio", name="All quoted")).to_be_checked()
    await desk.is_live()
    await desk.ask("Who is right?")

    call = await upstream.asked("quoted")
    assert "told-a answered:\nAlpha says yes." in call.prompts[-1]
    assert "told-b answered:\nBeta says no." in call.prompts[-1]
    await call.end()
    await expect(page.get_by_text("Sees: All quoted")).to_be_visible()
