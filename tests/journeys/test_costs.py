"""What answers take, what the next prompt may take, and who may answer at once."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, expect

from services.chats.conversations import Lane
from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp, a_running_app
from tests.journeys.upstream import Upstream

PRICED = "groq/openai/gpt-oss-20b"


@pytest_asyncio.fixture(loop_scope="session")
async def priced_app(tmp_path: Path, upstream: Upstream) -> AsyncGenerator[RunningApp, None]:
    """Yield an application in which a model with a known price answers at once."""
    upstream.says["openai/gpt-oss-20b"] = "Dear words."
    reach = {"GROQ_BASE_URL": upstream.url, "GROQ_API_KEY": "k"}
    async with a_running_app(tmp_path, reach) as running:
        yield running
    del upstream.says["openai/gpt-oss-20b"]


async def test_costs_are_shown_summed_estimated_and_capped(priced_app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await priced_app.chat(Lane(model=PRICED, name="Dear"), Lane(model=PRICED, name="Too")))
    await desk.prompt.fill("What do you cost?")
    estimate = page.get_by_role("button", name="Cost of the next prompt")
    await expect(estimate).to_have_text(re.compile(r"^≈ \$0\.00\d\d$"))
    await desk.prompt.press("Enter")
    await desk.is_in_state("Dear", "Done")
    await desk.is_in_state("Too", "Done")
    await expect(desk.card("Dear").locator(".o-figures")).to_contain_text("7 → 42")
    await expect(desk.card("Dear").locator(".o-figures")).to_contain_text("< $0.0001")
    await expect(page.get_by_text(re.compile(r"Turn 1 .* 98 tokens"))).to_be_visible()
    await expect(page.get_by_title("All answers of this chat")).to_contain_text("98 tokens")

    await desk.choose("Cap per prompt")
    await desk.dialog.get_by_label("At most, in US dollars").fill("a lot")
    await desk.dialog.get_by_role("button", name="Save").click()
    await expect(desk.dialog).to_contain_text("Write an amount like 0.05")
    await desk.dialog.get_by_label("At most, in US dollars").fill("0.000001")
    await desk.dialog.get_by_role("button", name="Save").click()
    await priced_app.until_stored("conversation.settings", "cap")
    await desk.prompt.fill("And now?")
    await desk.prompt.press("Enter")
    await expect(page.get_by_text("This prompt may cost")).to_be_visible()
    await expect(desk.prompt).to_have_value("And now?")
    await page.get_by_role("button", name="Raise the cap").click()
    await desk.dialog.get_by_role("button", name="Close").click()
    await page.get_by_role("button", name="Send anyway").click()
    await expect(desk.headline.last).to_have_text("And now?")
    await expect(desk.prompt).to_have_value("")
    await expect(page.get_by_text("This prompt may cost")).to_have_count(0)


async def test_the_first_full_answer_wins_a_race(app: RunningApp, page: Page, upstream: Upstream) -> None:
    desk = await Desk(page).open(await app.chat(lane("runner-a"), lane("runner-b")))
    await desk.choose("Race: first full answer wins")
    await app.until_stored("conversation.settings", "race")
    await desk.ask("Ready, go")
    first, second = await upstream.asked("runner-a"), await upstream.asked("runner-b")
    await second.say("Almost")
    await first.say("Here")
    await first.end()
    await second.hung_up()
    await desk.is_in_state("runner-a", "Done")
    await desk.is_in_state("runner-b", "Stopped")


async def test_one_lane_at_a_time_says_who_is_next(app: RunningApp, page: Page, upstream: Upstream) -> None:
    desk = await Desk(page).open(await app.chat(lane("turn-a"), lane("turn-b"), lane("turn-c")))
    await desk.choose("One lane at a time")
    await app.until_stored("conversation.settings", "sequential")
    await desk.ask("After you")
    first = await upstream.asked("turn-a")
    await desk.is_in_state("turn-b", "1st in line")
    await desk.is_in_state("turn-c", "2nd in line")
    await first.say("Me")
    await first.end()
    second = await upstream.asked("turn-b")
    await desk.is_in_state("turn-c", "1st in line")
    await second.end()
    await (await upstream.asked("turn-c")).end()
    await desk.is_in_state("turn-c", "Done")
