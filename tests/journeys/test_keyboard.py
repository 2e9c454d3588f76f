"""Without a mouse, and for those who hear the page."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp

FOCUS = """() => {
    const at = document.activeElement
    return at.getAttribute("aria-label") || at.title || at.innerText.replace(/[\ue000-\uf8ff]/g, "").trim()
}"""
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, textarea, [role=button]")]
    .filter(it => it.checkVisibility() && !it.closest("[aria-hidden=true]"))
    .filter(it => !(it.getAttribute("aria-label") || it.title || it.innerText.trim() || it.labels?.length))
    .map(it => it.outerHTML.slice(0, 200))"""
WITHOUT_ALT = "() => [...document.querySelectorAll('img:not([alt])')].map(it => it.outerHTML.slice(0, 200))"
TWICE = """() => {
    const ids = [...document.querySelectorAll("[id]")].map(it => it.id)
    return ids.filter((id, at) => ids.indexOf(id) !== at)
}"""
MAINS = "() => document.querySelectorAll('main, [role=main]').length"
LANGUAGE = "() => document.documentElement.lang"


async def test_everything_is_reached_with_the_tab_key(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo"), title="Keys"))
    await expect(desk.prompt).to_be_focused()
    await page.keyboard.type("Hello")
    await page.keyboard.press("Enter")
    await desk.is_in_state("echo", "Done")
    await expect(desk.prompt).to_be_focused()

    before = [await step(page, "Shift+Tab") for _ in range(30)]

    assert before[:3] == ["Add model", "Remove echo", "Settings of echo"]
    at = [before.index(name) for name in ("Ask again", "Copy the answer", "echo", "Settings of echo")]
    assert at[:3] == sorted(at[:3])
    for name in ("Copy all answers", "More for this chat", "Open or hide the list of chats"):
        assert name in before
    await desk.prompt.focus()
    await page.keyboard.type("More")
    await expect(desk.send).to_be_enabled()
    await step(page, "Tab")  # what the next turn sees
    assert await step(page, "Tab") == "Send"
    await page.keyboard.press("Enter")
    await expect(desk.headline.last).to_have_text("More")


async def test_a_dialog_opens_and_closes_with_keys_and_gives_the_focus_back(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo"), title="Dialog keys"))
    add = page.get_by_role("button", name="Add model", exact=True)
    await add.focus()
    await page.keyboard.press("Enter")
    await expect(desk.search).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)
    await expect(add).to_be_focused()


async def test_everything_has_a_name(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo"), title="Names"))
    await says_everything(page)
    await desk.ask("Who are you all?")
    await desk.is_in_state("echo", "Done")
    await says_everything(page)
    await page.get_by_role("button", name="Add model", exact=True).click()
    await expect(desk.models.first).to_be_visible()
    await says_everything(page)


async def says_everything(page: Page) -> None:
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate(WITHOUT_ALT) == []
    assert await page.evaluate(TWICE) == []
    assert await page.evaluate(MAINS) == 1
    assert await page.evaluate(LANGUAGE) == "en-US"


async def step(page: Page, key: str) -> str:
    await page.keyboard.press(key)
    return str(await page.evaluate(FOCUS))
