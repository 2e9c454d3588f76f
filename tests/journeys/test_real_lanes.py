"""Two lanes on a real llama.cpp server, from the first prompt to the next turn."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from services.chats.conversations import Lane
from services.models.parameters import Parameters
from tests.fixtures.llama import LlamaServer
from tests.journeys.desk import Desk
from tests.journeys.running_app import RunningApp

WORDS = re.compile(r"\w")
SHORT = Parameters(temperature=0, seed=1, max_tokens=8, extra={"ignore_eos": True})


async def test_an_answer_is_stopped_continued_and_adopted_by_all(
    app: RunningApp, page: Page, llama_server: LlamaServer
) -> None:
    model = f"llamacpp/{llama_server.model}"
    lanes = [Lane(model=model, name="Cut", parameters=SHORT), Lane(model=model, name="Whole")]
    desk = await Desk(page).open(await app.chat(*lanes))
    await desk.ask("Which river is the longest?")
    for name in ("Cut", "Whole"):
        await desk.is_in_state(name, "Done")
        await expect(desk.answer(name)).to_have_text(WORDS)
    begun, other = await desk.answer("Cut").inner_text(), await desk.answer("Whole").inner_text()

    with llama_server.held():
        await desk.press("Cut", "Continue")
        await expect(desk.card("Cut").get_by_role("button", name="Stop")).to_be_visible()
        await desk.press("Cut", "Stop")
        await desk.is_in_state("Cut", "Stopped")
        await expect(desk.answer("Cut")).to_have_text(begun)
    await desk.press("Cut", "Continue")
    await desk.is_in_state("Cut", "Done")
    await expect(desk.answer("Cut")).not_to_have_text(begun)
    longer = await desk.answer("Cut").inner_text()
    assert longer.startswith(begun)
    assert await desk.answer("Whole").inner_text() == other
    await expect(desk.card("Cut").get_by_text("/2")).to_have_count(0)

    await desk.press("Cut", "Adopt")
    await desk.is_in_state("Cut", "Done, adopted")
    await page.get_by_role("radio", name="Adopted").click()
    await app.until_stored("conversation.settings", "adopted")
    await desk.ask("And the deepest?")
    await expect(page.get_by_text("Sees: Adopted")).to_be_visible()
    for name in ("Cut", "Whole"):
        await desk.is_in_state(name, "Done")
        await expect(desk.answer(name)).to_have_text(WORDS)
    await page.reload()
    await page.get_by_role("button", name="Which river is the longest? 2 answers").click()
    await expect(desk.answer("Cut").first).to_have_text(longer)
