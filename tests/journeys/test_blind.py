"""Nobody knows who answers until the vote."""

from __future__ import annotations

import asyncio
import json
import re

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream

NAMES = ("Scarlet", "Navy", "Faulty", "red-model", "blue-model", "broken", "Custom server")


async def blind_turn(app: RunningApp, page: Page, upstream: Upstream) -> Desk:
    upstream.says |= {"red-model": "It is red.", "blue-model": "It is blue."}
    lanes = [lane("red-model", "Scarlet"), lane("blue-model", "Navy"), lane("broken", "Faulty")]
    desk = await Desk(page).open(await app.chat(*lanes))
    await page.get_by_role("button", name="Blind mode").click()
    await expect(page.get_by_role("button", name="Blind mode", pressed=True)).to_be_visible()
    await desk.ask("Which colour?")
    return desk


async def names_in(page: Page) -> list[str]:
    """Return the names that stand anywhere in the page as it is now: its texts, tooltips, labels and addresses."""
    html = await page.evaluate(
        "() => { const all = document.documentElement.cloneNode(true);"
        "all.querySelectorAll('script').forEach(each => each.remove()); return all.outerHTML }"
    )
    return [name for name in NAMES if name in html]


async def test_names_are_nowhere_before_the_vote_and_back_after_it(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await blind_turn(app, page, upstream)
    vote = page.get_by_role("region", name="Your vote")
    await expect(vote.get_by_role("button", name="Equally good")).to_be_visible()
    await expect(page.get_by_text("names appear after the vote")).to_be_visible()
    assert await names_in(page) == []
    assert "First token" not in await page.content()
    await expect(desk.lanes).to_contain_text("3 models, names hidden")
    order = await page.locator(".o-lane .o-name").all_inner_texts()
    assert order == ["Answer A", "Answer B", "Answer C"]
    said = await page.locator(".o-lane").all_inner_texts()

    await page.get_by_role("button", name="More for this chat").click()
    async with page.expect_download() as download:
        await page.get_by_role("menuitem", name="Export as JSON").click()
    written = await asyncio.to_thread((await (await download.value).path()).read_text)
    assert not any(name in json.dumps(json.loads(written)["turns"]) for name in NAMES)
    await page.reload()
    await desk.is_live()
    assert await page.locator(".o-lane").all_inner_texts() == said
    source = await page.content()
    assert not any(name in source for name in NAMES)

    letter = next(name[-1] for name, words in zip(order, said, strict=True) if "It is red." in words)
    await vote.get_by_label("Tag").fill("Colours")
    await vote.get_by_role("button", name=f"{letter} is better").press("Enter")
    await expect(vote).to_contain_text("You found Scarlet better.")
    await expect(vote).to_contain_text("colours")
    await expect(vote.get_by_role("button", name="Change")).to_be_focused()
    assert await page.locator(".o-lane .o-name").all_inner_texts() == ["Scarlet", "Navy", "Faulty"]
    await expect(desk.card("Scarlet")).to_contain_text("First token")
    await expect(desk.lanes).to_contain_text("Scarlet")

    await page.reload()
    await vote.get_by_role("button", name="Change").press("Enter")
    await expect(vote.get_by_label("Tag")).to_have_value("colours")
    await vote.get_by_role("button", name="Navy is better").click()
    await expect(vote).to_contain_text("You found Navy better.")


async def test_judges_and_differences_keep_the_secret(app: RunningApp, page: Page, upstream: Upstream) -> None:
    desk = await blind_turn(app, page, upstream)
    upstream.says["colour-judge"] = "A it is."
    await page.get_by_role("button", name="Fuse").click()
    await expect(desk.dialog).to_contain_text("without names: Answer")
    await desk.dialog.get_by_role("radio", name="Compare").click()
    await desk.choose_judge("colour-judge")
    await desk.dialog.get_by_role("button", name="Start").click()
    card = page.get_by_role("article").filter(has_text="Synthesis: Compared")
    await expect(card).to_contain_text("A was Answer")
    await expect(desk.dialog).to_have_count(0)
    await page.get_by_role("button", name="Compare with another answer").first.click()
    await expect(desk.dialog.get_by_role("article")).to_have_count(2)
    assert await names_in(page) == []


async def test_failures_retries_and_stops_name_nobody(app: RunningApp, page: Page, upstream: Upstream) -> None:
    names = ("Scarlet", "Faulty", "Refused", "Busy")
    models = ("red-model", "broken", "key-refused", "rate-limited")
    secret = {*names, *models, "Custom server", "CUSTOM_API_KEY", "Something exploded", "known here"}
    desk = await Desk(page).open(await app.chat(*map(lane, models, names)))
    await page.get_by_role("button", name="Blind mode").click()
    await expect(page.get_by_role("button", name="Blind mode", pressed=True)).to_be_visible()
    await desk.ask("Which colour?")
    red = await upstream.asked("red-model")
    await red.say("It is")

    async def tell_nothing() -> None:
        await page.reload()
        await desk.is_live()
        source = await page.content()
        assert [word for word in secret if word in source] == []
        html = await page.locator("body").evaluate("node => node.outerHTML")
        assert [word for word in secret if word in html] == []

    failed = page.get_by_role("article").filter(has=page.get_by_role("alert"))
    await expect(failed).to_have_count(2)
    await expect(page.get_by_text("It is asked again in")).to_be_visible()
    await tell_nothing()
    await page.get_by_role("button", name="Stop all").click()
    await red.hung_up()
    await page.get_by_role("button", name="Retry failed").click()
    await expect(failed.first.get_by_text("2/2")).to_be_visible()
    await expect(failed).to_have_count(2)
    await tell_nothing()
    await page.get_by_role("button", name="Continue").click()
    again = await upstream.asked("red-model")
    await again.say("red")
    await again.end()
    await expect(page.get_by_text("It is red")).to_be_visible()
    await expect(page.get_by_role("article").filter(has_text="It is red")).to_have_attribute(
        "aria-label", re.compile("^Answer [A-D]: Done$")
    )
    await tell_nothing()


async def test_leaving_blind_mode_shows_the_names(app: RunningApp, page: Page, upstream: Upstream) -> None:
    desk = await blind_turn(app, page, upstream)
    await expect(page.get_by_role("button", name="Equally good")).to_be_visible()
    await page.get_by_role("button", name="Blind mode", pressed=True).click()
    await expect(desk.card("Scarlet")).to_contain_text("It is red.")
    await expect(page.get_by_role("region", name="Your vote")).to_have_count(0)
