"""A judge brings the answers together."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.journeys.desk import Desk, lane
from tests.journeys.running_app import RunningApp
from tests.journeys.upstream import Upstream

HOSTILE = "<img src=x onerror=document.title=1>"
LIST = "- Tides come twice a day (A, B)\n- The moon pulls (A)\n- Boats wait (B)"


class Bench:
    """What a person does with judges."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.desk = Desk(page)
        self.tool = page.get_by_role("button", name="Fuse")
        self.cards = page.get_by_role("article").filter(has=page.get_by_text("Synthesis:"))

    async def asked(self, app: RunningApp, *names: str) -> Bench:
        """Ask lanes of these models, and return when all have answered."""
        await self.desk.open(await app.chat(*map(lane, names)))
        await self.desk.ask("Why tides?")
        return self

    async def judge(self, kind: str, model: str, words: str = "") -> None:
        """Ask this judge for this kind of synthesis."""
        await self.tool.click()
        dialog = self.desk.dialog
        await dialog.get_by_role("radio", name=kind).press("Enter")
        if words:
            await dialog.get_by_label("Your task for the judge").fill(words)
        chosen = dialog.get_by_role("button", name="Judge:")
        if await chosen.get_attribute("aria-label") != f"Judge: {model}":
            await self.desk.choose_judge(model)
        await dialog.get_by_role("button", name="Start").press("Enter")
        await expect(dialog).to_have_count(0)

    def card(self, title: str) -> Locator:
        """Return the card of a synthesis by its title."""
        return self.cards.filter(has=self.page.locator(".o-name").get_by_text(f"Synthesis: {title}", exact=True))


async def test_answers_are_fused_below_the_lanes_and_adopted(app: RunningApp, page: Page, upstream: Upstream) -> None:
    upstream.says |= {"tide-a": "The moon pulls.", "tide-b": "The sun pulls."}
    bench = await Bench(page).asked(app, "tide-a", "tide-b", "broken")
    await expect(page.get_by_text("2 of 3 answered")).to_be_visible()
    await bench.tool.click()
    await expect(bench.desk.dialog).to_contain_text("2 answers take part, shuffled and without names: tide-a, tide-b.")
    await expect(bench.desk.dialog).to_contain_text("Left out: broken (failed).")
    await expect(bench.desk.dialog).to_contain_text("price not known")
    await bench.desk.dialog.get_by_role("button", name="Close").click()
    await expect(bench.desk.dialog).to_have_count(0)

    await bench.judge("Fuse", "fuser")
    call = await upstream.asked("fuser")
    assert "Answer B answered:" in call.prompts[-1]
    assert not any(name in call.prompts[-1] for name in ("tide-a", "broken"))
    await call.say(f"Both pull. {HOSTILE}")
    card = bench.card("Fused")
    await expect(card).to_contain_text("Both pull.")
    await expect(card.get_by_role("button", name="Stop")).to_be_visible()
    await call.end()
    await expect(card).to_have_attribute("aria-label", "Synthesis: Fused by fuser: Done")
    await expect(card).to_contain_text(HOSTILE)
    await expect(page.get_by_text("2 of 3 answered")).to_be_visible()
    await expect(page.locator(".o-tab")).to_have_count(3)

    await card.get_by_role("button", name="Adopt").click()
    await expect(card).to_have_attribute("aria-label", "Synthesis: Fused by fuser: Adopted")
    await page.reload()
    await card.get_by_role("button", name="Undo adopt").click()
    await expect(card).to_have_attribute("aria-label", "Synthesis: Fused by fuser: Done")
    await expect(page).not_to_have_title("1")


async def test_a_judge_can_be_stopped_and_asked_again_and_is_remembered(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    bench = await Bench(page).asked(app, "echo", "echo")
    await bench.judge("Custom", "slow-judge", "Which is shorter?")
    first = await upstream.asked("slow-judge")
    assert first.prompts[-1].endswith("Which is shorter?")
    await first.say("Half")
    card = bench.card("Own task")
    await expect(card).to_contain_text("Half")
    await card.get_by_role("button", name="Stop").click()
    await first.hung_up()
    await card.get_by_role("button", name="Ask the judge again").click()
    second = await upstream.asked("slow-judge")
    assert second.prompts == first.prompts
    await second.say("Whole")
    await second.end()
    await expect(card).to_contain_text("2/2")
    await card.get_by_role("button", name="Earlier version").click()
    await expect(card).to_contain_text("Half")
    await bench.tool.click()
    await expect(bench.desk.dialog.get_by_role("button", name="Judge: slow-judge")).to_be_visible()


async def test_what_is_too_long_for_its_judge_is_given_to_another(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    bench = await Bench(page).asked(app, "echo", "echo")
    await bench.judge("Custom", "brief", "Which is shorter?")
    failed = bench.card("Own task").filter(has_text="by brief")
    await expect(failed).to_contain_text("This chat is too long for the model")
    await failed.get_by_role("button", name="Choose another judge").click()
    dialog = bench.desk.dialog
    await expect(dialog.get_by_role("radio", name="Custom")).to_be_checked()
    await expect(dialog.get_by_label("Your task for the judge")).to_have_value("Which is shorter?")
    await bench.desk.choose_judge("patient")
    await dialog.get_by_role("button", name="Start").press("Enter")
    call = await upstream.asked("patient")
    assert call.prompts[-1].endswith("Which is shorter?")
    await call.say("Neither")
    await call.end()
    done = bench.card("Own task").filter(has_text="by patient")
    await expect(done).to_have_attribute("aria-label", "Synthesis: Own task by patient: Done")
    await expect(done.get_by_role("button", name="Choose another judge")).to_have_count(0)


async def test_a_comparison_says_which_letter_was_whose_when_it_is_over(
    app: RunningApp, page: Page, upstream: Upstream
) -> None:
    upstream.says |= {"short": "S.", "long": "A long one."}
    bench = await Bench(page).asked(app, "short", "long")
    await bench.judge("Compare", "comparer")
    call = await upstream.asked("comparer")
    await call.send_text("| Criterion | A | B |\n|---|---|---|\n| Length | 9 | 3 |\n")
    card = bench.card("Compared")
    await expect(card.get_by_role("table")).to_contain_text("Length")
    await expect(card).not_to_contain_text("was short")
    await call.end()
    letter = "A" if "Answer A answered:\nS." in call.prompts[-1] else "B"
    await expect(card).to_contain_text(f"{letter} was short")


async def test_points_are_ticked_and_merged(app: RunningApp, page: Page, upstream: Upstream) -> None:
    upstream.says["lister"] = LIST
    bench = await Bench(page).asked(app, "echo", "echo")
    await bench.judge("Checklist", "lister")
    card = bench.card("Checklist")
    await expect(card.get_by_role("checkbox", checked=True)).to_have_count(3)
    await card.get_by_role("checkbox", name="Boats wait").press("Space")
    await expect(card.get_by_role("button", name="Merge 2 points")).to_be_visible()
    for _ in ("blind", "not blind"):
        await page.get_by_role("button", name="Blind mode").click()
        await expect(card.get_by_role("checkbox", name="Boats wait")).not_to_be_checked()
    await page.reload()
    await bench.desk.is_live()
    await expect(card.get_by_role("checkbox", checked=True)).to_have_count(2)
    await expect(card.get_by_role("checkbox", name="Boats wait")).not_to_be_checked()
    del upstream.says["lister"]
    await card.get_by_role("button", name="Merge 2 points").click()
    call = await upstream.asked("lister")
    assert call.prompts[-1].endswith("- Tides come twice a day\n- The moon pulls")
    await call.say("Merged.")
    await call.end()
    await expect(bench.card("Fused")).to_contain_text("Merged.")
    await expect(bench.cards).to_have_count(2)


async def test_one_answer_is_not_enough(app: RunningApp, page: Page) -> None:
    bench = await Bench(page).asked(app, "echo", "broken")
    await bench.desk.is_in_state("echo", "Done")
    await expect(bench.tool).to_have_attribute("aria-disabled", "true")
    await expect(bench.tool).to_have_attribute("title", "Fuse the answers: two have to be there")
    await bench.tool.click(force=True)
    await expect(page.get_by_text("Two answers have to be there")).to_be_visible()
    await expect(bench.desk.dialog).to_have_count(0)
