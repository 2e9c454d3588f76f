"""Whether four answers come as fast as one, from Enter to the screen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.async_api import Browser

from maintenance.benchmark.app import running_app, seed
from maintenance.benchmark.browser import ask, headline, open_page, running_browser, shown
from maintenance.benchmark.report import Figure
from maintenance.benchmark.script import Script, answer, words_in
from maintenance.benchmark.upstream import running_upstream

ROUNDS = 7
FEW, MANY = 1, 4
USUAL = Script(100, delay=20, first=300)  # a hosted provider's pace
PROMPT = "Which is faster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds from Enter until all lanes were that far on screen."""

    prompt: float
    first: float
    last: float


async def lanes(folder: Path) -> list[Figure]:
    """Ask one lane and four lanes in turns, each time in a chat of its own; compare the medians."""
    chats = [[USUAL.model] * count for _ in range(ROUNDS + 1) for count in (FEW, MANY)]
    addresses = await seed(folder, chats)
    taken: dict[int, list[Times]] = {FEW: [], MANY: []}
    async with running_upstream() as upstream, running_app(folder, upstream) as app, running_browser() as browser:
        for number, (address, models) in enumerate(zip(addresses, chats, strict=True)):
            times = await _once(browser, app.url + address, len(models))
            if number > 1:  # the first two warm the browser's cache
                taken[len(models)].append(times)
    few, many = (_medians(taken[count]) for count in (FEW, MANY))
    return [
        Figure(
            name="slowest first token of 4 lanes against 1",
            value=many.first / few.first,
            unit="×",
            bar=1.2,
            note=f"{many.first:.0f} ms against {few.first:.0f} ms, of which the provider's are {USUAL.first:.0f}",
        ),
        Figure(
            name="slowest last token of 4 lanes against 1",
            value=many.last / few.last,
            unit="×",
            bar=1.2,
            note=f"{many.last:.0f} ms against {few.last:.0f} ms",
        ),
        Figure(name="one's prompt on screen, 1 lane", value=few.prompt, unit="ms", bar=100),
        Figure(name="one's prompt on screen, 4 lanes", value=many.prompt, unit="ms", bar=100),
    ]


async def _once(browser: Browser, address: str, count: int) -> Times:
    words = words_in(answer(USUAL.tokens))
    async with open_page(browser, address) as page:
        begin = await ask(page, PROMPT)
        seen = await headline(page, PROMPT)
        first = await shown(page, words[0], count)
        last = await shown(page, words[-1], count)
    return Times(prompt=(seen - begin) * 1000, first=(first - begin) * 1000, last=(last - begin) * 1000)


def _medians(times: list[Times]) -> Times:
    return Times(
        prompt=median(one.prompt for one in times),
        first=median(one.first for one in times),
        last=median(one.last for one in times),
    )
