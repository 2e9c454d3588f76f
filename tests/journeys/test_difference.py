"""Two answers, word by word, and where answers agree."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream

HOSTILE = "<b onclick=alert(1)>x</b>"


async def test_two_answers_are_compared_and_swapped_and_agreement_is_marked(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    upstream.says |= {
        "first": f"The **tide** comes in. {HOSTILE}",
        "second": "The tide goes out.",
        "third": "Surely the tide comes in.",
    }
    desk = await Desk(page).open(await app.chat(lane("first"), lane("second", f"Second {HOSTILE}"), lane("third")))
    await desk.ask("Tide?")
    await desk.is_in_state("first", "Done")
    await desk.is_in_state("third", "Done")
    await desk.press("first", "Compare with another answer")
    sides = desk.dialog.get_by_role("article")
    await expect(sides.nth(0).get_by_role("deletion").first).to_have_text("comes in")
    await expect(sides.nth(0)).to_contain_text(HOSTILE)
    await expect(sides.nth(0)).to_contain_text("The tide")
    await expect(sides.nth(1).get_by_role("insertion").first).to_have_text("goes out")
    await expect(sides.nth(1)).to_contain_text(f"Second {HOSTILE}")
    await expect(desk.dialog.get_by_role("status")).to_contain_text("in common · 2 passages differ")

    await desk.dialog.get_by_role("button", name="Swap the two answers").press("Enter")
    await expect(sides.nth(0).get_by_role("deletion").first).to_have_text("goes out")
    await desk.dialog.get_by_role("button", name="First answer").press("Enter")
    await page.get_by_role("menuitem", name="third").press("Enter")
    await expect(sides.nth(0)).to_contain_text("Surely the tide")

    await desk.dialog.get_by_role("radio", name="One text").click()
    await expect(desk.dialog.get_by_role("article")).to_have_count(0)
    await expect(desk.dialog.get_by_role("deletion").first).to_have_text("Surely the")
    await desk.dialog.get_by_role("radio", name="Agreement").click()
    marked = desk.dialog.locator("mark")
    await expect(marked).to_have_count(1)
    await expect(marked).to_have_text("Surely the tide comes in.1")
    await expect(marked).to_have_attribute("title", "1 of 2 others say much the same")
    await page.keyboard.press("Escape")
    await expect(desk.dialog).to_have_count(0)


async def test_space_before_the_lines_of_code_is_not_marked(app: RunningApp, page: Page, upstream: Upstream) -> None:
    upstream.says |= {"coder": "```\nif tide:\n    sail()\n```", "talker": "Wait."}
    desk = await Desk(page).open(await app.chat(lane("coder"), lane("talker")))
    await desk.ask("When?")
    await desk.is_in_state("coder", "Done")
    await desk.is_in_state("talker", "Done")
    await desk.press("coder", "Compare with another answer")
    cut = desk.dialog.get_by_role("article").nth(0).get_by_role("deletion")
    await expect(cut).to_have_count(2)
    assert await cut.all_text_contents() == ["if tide:", "sail()"]


async def test_a_lone_answer_has_nothing_to_be_compared_with(app: RunningApp, page: Page) -> None:
    desk = await Desk(page).open(await app.chat(lane("echo")))
    await desk.ask("Alone?")
    await desk.is_in_state("echo", "Done")
    await desk.press("echo", "Compare with another answer")
    await expect(page.get_by_text("There is no other answer")).to_be_visible()
