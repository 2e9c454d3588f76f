"""Chromium, and what a person does in it."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Locator, Page, async_playwright

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CARD = "article.o-lane"
PATIENCE = 60_000.0  # milliseconds


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Run Debian's Chromium, or the one that Playwright brings, while inside."""
    async with async_playwright() as playwright:
        path = shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


class Tasks:
    """How long the page's main thread was busy at a time, since this was made."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def longest(self) -> float:
        """Return the milliseconds of the longest task; what browsers do not count as long, under 50, is zero."""
        return float(await self._page.evaluate("Math.max(0, ...window.longTasks)"))


async def watch_tasks(page: Page) -> Tasks:
    """Begin to listen for the long tasks of a page."""
    await page.evaluate(
        "window.longTasks = [];"
        "new PerformanceObserver(list => list.getEntries().forEach(task => longTasks.push(task.duration)))"
        ".observe({type: 'longtask'})"
    )
    return Tasks(page)


@asynccontextmanager
async def open_page(browser: Browser, address: str) -> AsyncIterator[Page]:
    """Open an address in a fresh profile, until its socket is connected and it is idle."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = await context.new_page()
        async with page.expect_event("websocket", timeout=PATIENCE):
            await page.goto(address)
        await page.locator("textarea").wait_for(timeout=PATIENCE)
        await page.wait_for_load_state("networkidle", timeout=PATIENCE)
        yield page
    finally:
        await context.close()


async def ask(page: Page, prompt: str) -> float:
    """Type the prompt and press Enter; return the moment just before that, by ``time.perf_counter``."""
    field = page.locator("textarea")
    await field.fill(prompt)
    await page.wait_for_timeout(600)  # the page has taken in the words, and written them down as a draft
    begin = time.perf_counter()
    await field.press("Enter")
    return begin


async def headline(page: Page, prompt: str) -> float:
    """Return the moment when the prompt stands above its answers."""
    return await _there(page.locator("h2.o-ask", has_text=prompt), 1)


async def shown(page: Page, word: str, cards: int) -> float:
    """Return the moment when ``word`` stands in that many answers."""
    return await _there(page.locator(f"{CARD} .o-answer", has_text=word), cards)


async def _there(wanted: Locator, count: int) -> float:
    """Look again and again: the waiting that locators do themselves takes steps of up to half a second."""
    async with asyncio.timeout(PATIENCE / 1000):
        while await wanted.count() < count:
            pass
    return time.perf_counter()


async def answers(page: Page) -> list[str]:
    """Return the text of every answer on screen."""
    return await page.locator(f"{CARD} .o-answer").all_text_contents()


async def done(page: Page, cards: int) -> None:
    """Wait until that many answers are over."""
    await page.locator(f"{CARD}.done").nth(cards - 1).wait_for(state="attached", timeout=PATIENCE)
