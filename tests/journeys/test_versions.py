"""Nothing that was said is lost: versions of answers, and wordings of prompts."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream


async def test_the_version_in_sight_is_the_one_that_is_remembered(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await app.chat(lane("versioned")))
    await desk.ask("Say it")
    for words in ("First", "Second"):
        call = await upstream.asked("versioned")
        await call.say(words)
        await call.end()
        await desk.is_in_state("versioned", "Done")
        await expect(desk.answer("versioned")).to_have_text(words)
        if words == "First":
            await desk.press("versioned", "Ask again")
    await expect(desk.card("versioned").get_by_text("2/2")).to_be_visible()

    await desk.press("versioned", "Earlier version")
    await expect(desk.answer("versioned")).to_have_text("First")
    await page.reload()
    await desk.is_live()
    await expect(desk.card("versioned").get_by_text("1/2")).to_be_visible()
    await desk.ask("What did you say?")
    call = await upstream.asked("versioned")
    assert [message["content"].strip() for message in call.body["messages"]] == ["Say it", "First", "What did you say?"]
    await call.end()


async def test_a_prompt_worded_anew_stands_beside_the_old_one(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    await desk.ask("One")
    await desk.is_in_state("echo", "Done")
    await desk.ask("Two!")
    await expect(desk.answer("echo")).to_have_text("I read 4 signs.")
    await desk.ask("Three")
    await expect(desk.answer("echo")).to_have_text("I read 5 signs.")
    await page.get_by_role("button", name="Two!").click()
    edits = page.get_by_role("button", name="Edit and ask again")
    await expect(edits).to_have_count(2)
    await edits.first.click()
    field = page.get_by_label("Your prompt, worded anew")
    await expect(field).to_have_value("Two!")
    await field.fill("Second")
    await page.get_by_role("button", name="Ask again", exact=True).first.click()

    await expect(desk.headline).to_have_text(["Second"])
    await expect(desk.answer("echo")).to_have_text("I read 6 signs.")
    await expect(page.get_by_text("2/2")).to_be_visible()
    await page.get_by_role("button", name="Earlier wording").click()
    await expect(desk.headline).to_have_text(["Three"])
    await expect(page.get_by_role("button", name="Two!")).to_be_visible()
    await page.reload()
    await expect(desk.headline).to_have_text(["Three"])
    await desk.is_live()
    await page.get_by_role("button", name="Two!").click()
    await page.get_by_role("button", name="Later wording").click()
    await expect(desk.headline).to_have_text(["Second"])
    await expect(page.get_by_role("button", name="Two!")).to_have_count(0)
