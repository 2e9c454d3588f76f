"""How answers stand to one another is chosen for each chat, and touches no answer."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream

MARK = "document.querySelectorAll('article').forEach(card => card.isTheSame = true)"
SAME = "[...document.querySelectorAll('article')].every(card => card.isTheSame)"
PARTS = """() => [...document.querySelectorAll('.o-body')].map(at => {
    const room = at.scrollHeight - at.clientHeight
    const turned = getComputedStyle(at).flexDirection === 'column-reverse'
    return Math.round(10 * (at.scrollTop + (turned ? room : 0)) / room)
})"""


async def test_each_layout_shows_the_same_cards_and_moves_no_stream(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    address = await app.chat(lane("laid-a"), lane("laid-b"), lane("laid-c"))
    desk = await Desk(page).open(address)
    await desk.ask("How do you stand?")
    calls = [await upstream.asked(name) for name in ("laid-a", "laid-b", "laid-c")]
    for call in calls:
        await call.say("I begin")
    await expect(desk.answer("laid-c")).to_have_text("I begin")
    await page.evaluate(MARK)
    layouts = page.get_by_role("radiogroup", name="Layout")
    cards = [desk.card(name) for name in ("laid-a", "laid-b", "laid-c")]

    await layouts.get_by_role("radio", name="Tabs").click()
    await expect(cards[1]).to_be_hidden()
    await page.get_by_role("navigation", name="Answers").get_by_role("button", name="laid-b").click()
    await expect(cards[1]).to_be_visible()
    await expect(cards[0]).to_be_hidden()
    await layouts.get_by_role("radio", name="Focus").click()
    await expect(cards[1]).to_be_visible()
    await expect(cards[2]).to_be_hidden()
    for name in ("Grid", "Columns", "Stacked"):
        await layouts.get_by_role("radio", name=name).click()
        for card in cards:
            await expect(card).to_be_visible()
    for call in calls:
        await call.say("and end")
        await call.end()
    await desk.is_in_state("laid-a", "Done")
    await expect(desk.answer("laid-a")).to_have_text("I begin and end")
    assert await page.evaluate(SAME)
    await page.reload()
    await expect(layouts.get_by_role("radio", name="Stacked")).to_be_checked()


async def test_locked_cards_scroll_together(app: RunningApp, page: Page, upstream: Upstream) -> None:
    upstream.says |= {"long": "\n\n".join(["Word after word."] * 80), "longer": "\n\n".join(["And more."] * 160)}
    desk = await Desk(page).open(await app.chat(lane("long"), lane("longer")))
    await desk.ask("Go on and on")
    await desk.is_in_state("long", "Done")
    await desk.is_in_state("longer", "Done")
    await page.reload()
    await desk.is_live()
    await expect(desk.answer("longer")).to_contain_text("And more.")
    lock = page.get_by_role("button", name="Scroll all lanes together")
    await lock.click()
    await expect(lock).to_have_attribute("aria-pressed", "true")

    await desk.card("long").locator(".o-body").evaluate("at => at.scrollTop = (at.scrollHeight - at.clientHeight) / 2")
    await page.wait_for_function(f"({PARTS})().join() === '5,5'")


async def test_lanes_are_put_in_another_order(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(*(lane("echo", name=name) for name in ("Ann", "Bob", "Cid"))))
    await desk.ask("Stand in line")
    await desk.is_in_state("Cid", "Done")
    await desk.card("Cid").locator("header").drag_to(desk.card("Ann"))
    await expect(page.locator("article .o-name")).to_have_text(["Cid", "Ann", "Bob"])
    await desk.press("Cid", "More for this answer")
    await page.get_by_role("menuitem", name="Move one place on").click()
    await expect(page.locator("article .o-name")).to_have_text(["Ann", "Cid", "Bob"])
    await page.reload()
    await expect(page.locator("article .o-name")).to_have_text(["Ann", "Cid", "Bob"])
    await desk.is_live()

    await desk.press("Cid", "More for this answer")
    await page.get_by_role("menuitem", name="Collapse").click()
    await expect(desk.answer("Cid")).to_be_hidden()
    await expect(desk.answer("Ann")).to_be_visible()
    await page.reload()
    await desk.is_live()
    await expect(desk.answer("Cid")).to_be_hidden()
    await expect(desk.answer("Ann")).to_be_visible()
    await desk.press("Cid", "More for this answer")
    await page.get_by_role("menuitem", name="Expand").click()
    await expect(desk.answer("Cid")).to_be_visible()


async def test_a_turn_that_was_opened_stays_open_until_it_is_folded(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    for prompt in ("First", "Second", "Third"):
        await desk.ask(prompt)
        await desk.is_in_state("echo", "Done")
    await page.get_by_role("button", name="First 1 answer").click()
    await expect(desk.headline).to_have_text(["First", "Third"])
    await page.reload()
    await desk.is_live()
    await expect(desk.headline).to_have_text(["First", "Third"])
    await page.get_by_role("button", name="Fold this turn").first.click()
    await expect(desk.headline).to_have_text(["Third"])
    await page.reload()
    await expect(desk.headline).to_have_text(["Third"])
