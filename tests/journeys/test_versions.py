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
    await expect(desk.headline).to_have_text(["Two!", "Three"])
    await page.reload()
    await expect(desk.headline).to_have_text(["Two!", "Three"])
    await desk.is_live()
    await page.get_by_role("button", name="Later wording").first.click()
    await expect(desk.headline).to_have_text(["Second"])
    await expect(page.get_by_role("button", name="Two!")).to_have_count(0)


async def test_the_tree_of_a_chat_is_seen_and_walked_with_the_keyboard(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    for prompt in ("Root", "Left", "Leaf"):
        await desk.ask(prompt)
        await desk.is_in_state("echo", "Done")
    await page.get_by_role("button", name="Left 1 answer").click()
    await expect(desk.headline).to_have_text(["Left", "Leaf"])
    await page.get_by_role("button", name="Edit and ask again").first.click()
    await page.get_by_label("Your prompt, worded anew").fill("Right")
    await page.get_by_role("button", name="Ask again", exact=True).first.click()
    await expect(desk.headline).to_have_text(["Right"])
    await desk.is_in_state("echo", "Done")

    await desk.choose("Branches")
    items = desk.dialog.get_by_role("treeitem")
    await expect(desk.dialog.get_by_role("note")).to_contain_text("4 turns in 2 branches.")
    labels = [await item.get_attribute("aria-label") for item in await items.all()]
    assert labels == [
        "Turn 1: Root, 1 answer, in sight",
        "Turn 2: Left, wording 1 of 2, 1 answer",
        "Turn 3: Leaf, 1 answer",
        "Turn 2: Right, wording 2 of 2, 1 answer, in sight",
    ]
    await expect(items.nth(3)).to_be_focused()
    await expect(items.nth(3)).to_have_attribute("aria-current", "true")
    await page.keyboard.press("ArrowLeft")
    await expect(items.nth(0)).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(items.nth(1)).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(items.nth(2)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(desk.dialog).to_have_count(0)
    await expect(desk.headline).to_have_text(["Left", "Leaf"])

    await desk.choose("Branches")
    await items.nth(0).click()
    await expect(desk.headline).to_have_text(["Root", "Left", "Leaf"])
