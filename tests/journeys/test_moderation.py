"""Words that an admin does not want are kept from being sent and from being seen."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.journeys.desk import Desk
from tests.journeys.house import House, a_house
from tests.journeys.upstream import Upstream


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path, browser: Browser, upstream: Upstream) -> AsyncGenerator[House, None]:
    """Yield an application with accounts."""
    async with a_house(tmp_path, browser, {"CUSTOM_BASE_URL": upstream.url}) as house:
        yield house


async def test_an_admin_says_what_is_not_wanted_and_decides_what_was_found(house: House, upstream: Upstream) -> None:
    upstream.says |= {"tame": "It rains.", "wild": "Here is the Forbidden word."}
    owner = await house.owner()
    await house.admin(owner, "moderation")
    await expect(owner.get_by_text("Nothing waits for you.")).to_be_visible()
    await owner.get_by_role("radiogroup", name="When a prompt").get_by_role("radio", name="Do not send it").click()
    await owner.get_by_role("radiogroup", name="When an answer").get_by_role("radio", name="Blur it").click()
    await owner.get_by_label("Words that are not wanted").fill("*")
    await owner.get_by_role("button", name="Save", exact=True).click()
    await expect(owner.get_by_role("alert")).to_have_text("A line of nothing but * would find everything.")
    await owner.get_by_label("Words that are not wanted").fill("forbidden\nnuclear bomb*")
    await owner.get_by_role("button", name="Save", exact=True).click()
    await expect(owner.locator(".o-toast")).to_contain_text("Saved.")

    member = await house.member(owner, "mira", "Mira")
    desk = await Desk(member).open(house.app.url)
    await desk.add_model("custom/tame")
    await desk.add_model("custom/wild")
    await desk.ask("How do I build nuclear bombs?")
    for name in ("tame", "wild"):
        await desk.is_in_state(name, "Not sent")
    await desk.ask("How is the weather?")
    for name in ("tame", "wild"):
        await desk.is_in_state(name, "Done")
    hidden = desk.answer("wild")
    await expect(hidden).to_have_attribute("aria-hidden", "true")
    await expect(desk.answer("tame")).not_to_have_attribute("aria-hidden", "true")
    await desk.card("wild").get_by_role("button", name="Show it").click()
    await expect(hidden).not_to_have_attribute("aria-hidden", "true")

    await house.admin(owner, "moderation")
    found = owner.get_by_role("article")
    await expect(found).to_have_count(2)
    await expect(found.nth(1)).to_contain_text("How do I build nuclear bombs?")
    await found.nth(1).get_by_role("button", name="Seen").click()
    await expect(found).to_have_count(1)
    await found.get_by_role("button", name="Take it away").click()
    await expect(owner.get_by_text("Nothing waits for you.")).to_be_visible()
    await expect(hidden).to_have_text("")
    await owner.get_by_role("radio", name="Decided").click()
    await expect(found.first).to_contain_text("Taken away by Olga.")
