"""As many lanes as a chat holds, and as many turns as anybody asks."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import aiohttp

from maintenance.benchmark.app import running_app, seed_long
from maintenance.benchmark.browser import ask, done, watch_tasks
from maintenance.benchmark.report import Figure
from maintenance.benchmark.script import Script
from maintenance.benchmark.streaming import stage

LANES = 24
PACED = Script(400, delay=20)
TURNS, WIDE = 500, 4
ROUNDS = 7


async def full(folder: Path) -> list[Figure]:
    """Let twenty-four lanes answer at 50 tokens a second each, and ask the browser how long it was ever busy."""
    async with stage(folder, PACED, LANES) as (_, page):
        tasks = await watch_tasks(page)
        begin = time.perf_counter()
        await ask(page, "All at once")
        await done(page, LANES)
        rate = LANES * PACED.tokens / (time.perf_counter() - begin)
        longest = await tasks.longest()
    note = f"{LANES} lanes, {rate:,.0f} tokens/s"
    return [Figure(name="longest task of the page's main thread", value=longest, unit="ms", bar=100, note=note)]


async def long_chat(folder: Path) -> list[Figure]:
    """Open a chat of five hundred turns, several times over."""
    address = await seed_long(folder, turns=TURNS, lanes=WIDE)
    async with running_app(folder) as app, aiohttp.ClientSession() as session:
        spent = []
        for _ in range(ROUNDS):
            before = app.usage().cpu
            async with session.get(app.url + address) as response:
                size = len(await response.read())
                response.raise_for_status()
            spent.append((app.usage().cpu - before) * 1000)
    note = f"{TURNS} turns of {WIDE} lanes; the first time {spent[0]:.0f} ms; {size / 1e6:.2f} MB of page"
    return [Figure(name="opening a long chat: server CPU", value=median(spent), unit="ms", bar=300, note=note)]
