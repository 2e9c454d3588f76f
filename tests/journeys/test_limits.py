"""How many lanes, and how many answers at once, as the server's settings say."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp, a_running_app
from tests.journeys.upstream import Upstream


@pytest_asyncio.fixture(loop_scope="session")
async def narrow(tmp_path: Path, reach: dict[str, str]) -> AsyncGenerator[RunningApp, None]:
    """Yield an application that allows little."""
    limits = {"OMNICHAT_LANES": "2", "OMNICHAT_ANSWERS_PER_PERSON": "1"}
    async with a_running_app(tmp_path, {**reach, **limits}) as running:
        yield running


async def test_more_lanes_than_usual_are_asked_after_a_question_and_wait_for_one_another(
    narrow: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await narrow.chat(lane("led", "Ann"), lane("led", "Bob")))
    chips = desk.lanes.get_by_role("listitem")
    rows = await desk.find_models("custom/led")
    await rows.first.get_by_role("button", name="Add").click()
    await desk.dialog.get_by_role("button", name="Ask these 3").click()
    question = page.get_by_role("alertdialog", name="Ask 3 lanes?")
    await question.get_by_role("button", name="Choose again").click()
    await desk.dialog.get_by_role("button", name="Ask these 3").click()
    await expect(question.get_by_role("button", name="Choose again")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)
    await expect(chips).to_have_count(2)
    await desk.find_models("custom/led")
    await rows.first.get_by_role("button", name="Add").click()
    await desk.dialog.get_by_role("button", name="Ask these 3").click()
    await question.get_by_role("button", name="Ask 3").click()
    await expect(chips).to_have_count(3)

    await desk.ask("One at a time")
    first = await upstream.asked("led")
    await desk.is_in_state("Bob", "1st in line")
    await desk.is_in_state("led", "2nd in line")
    await first.end()
    await desk.is_in_state("led", "1st in line")
    await (await upstream.asked("led")).end()
    await (await upstream.asked("led")).end()
    await desk.is_in_state("led", "Done")
