"""The field where a prompt is written."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream


async def test_a_prompt_without_words_cannot_be_sent(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    await expect(desk.send).to_be_disabled()
    await desk.prompt.fill("   ")
    await desk.prompt.press("Enter")
    await expect(desk.send).to_be_disabled()
    await desk.prompt.fill("Now")
    await expect(desk.send).to_be_enabled()
    await desk.send.click()
    await expect(desk.headline).to_have_text("Now")
    await expect(desk.prompt).to_have_value("")


async def test_shift_and_enter_break_the_line(app: RunningApp, page: Page, upstream: Upstream) -> None:
    desk = await Desk(page).open(await app.chat(lane("lines")))
    await desk.prompt.click()
    await page.keyboard.type("One")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("Two")
    await expect(desk.prompt).to_have_value("One\nTwo")
    await page.keyboard.press("Enter")
    call = await upstream.asked("lines")
    assert call.prompts == ["One\nTwo"]
    await call.end()


async def test_enter_that_ends_a_word_of_an_input_method_does_not_send(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    desk = await Desk(page).open(await app.chat(lane("composed")))
    await desk.prompt.click()
    keyboard = await page.context.new_cdp_session(page)
    await keyboard.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    await expect(desk.prompt).to_have_value("にほん")
    await page.keyboard.press("Enter")
    taken = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    await keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **taken})
    await keyboard.send("Input.insertText", {"text": "日本"})
    await expect(desk.prompt).to_have_value("日本")

    await page.keyboard.press("Enter")

    call = await upstream.asked("composed")
    assert call.prompts == ["日本"]
    await call.end()
    await desk.is_in_state("composed", "Done")


async def test_a_draft_survives_a_reload(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    await desk.prompt.fill("Not yet finish")
    await app.until_stored("conversation.draft", "Not yet finish")
    await page.reload()
    await expect(desk.prompt).to_have_value("Not yet finish")
    await desk.is_live()
    await expect(desk.send).to_be_enabled()


async def test_a_very_long_prompt_is_sent_whole(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    await desk.prompt.fill("word " * 180_000)
    await expect(page.get_by_text("900,000 characters")).to_be_visible()
    await desk.prompt.press("Enter")
    await expect(desk.answer("echo")).to_have_text("I read 899999 signs.")
    await expect(page.get_by_role("button", name="Show all 899,999 characters")).to_be_visible()


async def test_a_long_prompt_of_wide_signs_is_sent_whole(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    await desk.prompt.fill("界" * 400_000)
    await expect(page.get_by_text("400,000 characters")).to_be_visible()
    await desk.prompt.press("Enter")
    await expect(desk.answer("echo")).to_have_text("I read 400000 signs.")


async def test_a_prompt_that_is_too_long_is_refused_in_words(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    await desk.prompt.fill("word " * 240_000)
    await expect(page.get_by_text("One prompt takes up to about 1 MB.")).to_be_visible()
    await desk.ask("Shorter")
    await expect(desk.answer("echo")).to_have_text("I read 7 signs.")


async def test_words_that_could_not_be_sent_stay_and_can_be_sent_again(app: RunningApp, page: Page) -> None:
    address = await app.chat(lane("echo"))
    desk = await Desk(page).open(address)
    await desk.prompt.fill("Do not lose me")
    async with app.archive() as (archive, who):
        await archive.delete(who, address.rpartition("/")[2])
    await desk.prompt.press("Enter")
    await expect(page.get_by_text("Your words are still in the field.")).to_be_visible()
    await expect(desk.prompt).to_have_value("Do not lose me")
    await expect(page.get_by_text("14 characters")).to_be_visible()
    await expect(desk.send).to_be_enabled()
    async with app.archive() as (archive, who):
        await archive.restore(who, address.rpartition("/")[2])
    await desk.prompt.press("Enter")
    await expect(desk.answer("echo")).to_have_text("I read 14 signs.")
    await expect(desk.prompt).to_have_value("")
