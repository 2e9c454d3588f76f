"""What streaming costs the server, and whether anything is lost on the way."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page

from maintenance.benchmark.app import App, running_app, seed, stored
from maintenance.benchmark.browser import answers, ask, done, open_page, running_browser, shown
from maintenance.benchmark.report import Figure
from maintenance.benchmark.script import Script, answer, misplaced, words_in
from maintenance.benchmark.upstream import running_upstream

LANES = 20
PACED = Script(500, delay=20)
MANY = 8
FAST = Script(5000, delay=2)
IDLE = 4.0  # seconds


async def tokens(folder: Path) -> list[Figure]:
    """Let twenty lanes answer one prompt at 50 tokens a second each, on a page in Chromium."""
    async with stage(folder, PACED, LANES) as (app, page):
        idle = await app.cpu_per_second(IDLE)
        before = app.usage().cpu
        begin = await ask(page, "Twenty at once")
        await done(page, LANES)
        seconds = time.perf_counter() - begin
        spent = app.usage().cpu - before - idle * seconds
        memory = app.usage().memory
    note = f"{LANES} lanes, {LANES * PACED.tokens / seconds:,.0f} tokens/s, {memory:.0f} MiB"
    each = spent * 1000 / (LANES * PACED.tokens)
    return [Figure(name="server CPU per token", value=each, unit="ms", bar=0.3, note=note)]


async def loss(folder: Path) -> list[Figure]:
    """Let eight lanes say 5,000 tokens each, ten times faster; compare disk and screen with what was said."""
    async with stage(folder, FAST, MANY) as (_, page):
        await ask(page, "Everything, please")
        await done(page, MANY)
        await shown(page, words_in(answer(FAST.tokens))[-1], MANY)
        on_screen = await answers(page)
    on_disk = await stored(folder)
    said = answer(FAST.tokens)
    lost = sum(misplaced(text, FAST.tokens) or text != said for text in on_disk)
    unseen = sum(misplaced(text, FAST.tokens) for text in on_screen)
    missing = FAST.tokens * (2 * MANY - len(on_disk) - len(on_screen))
    note = f"{MANY} lanes, {FAST.tokens:,} each; on disk {lost}, on screen {unseen}"
    return [Figure(name="tokens lost or out of order", value=lost + unseen + missing, bar=0, note=note)]


@asynccontextmanager
async def stage(folder: Path, script: Script, count: int) -> AsyncIterator[tuple[App, Page]]:
    """Run the app and a browser while inside, with a chat open in it whose lanes follow ``script``."""
    [address] = await seed(folder, [[script.model] * count])
    async with (
        running_upstream() as upstream,
        running_app(folder, upstream) as app,
        running_browser() as browser,
        open_page(browser, app.url + address) as page,
    ):
        yield app, page
