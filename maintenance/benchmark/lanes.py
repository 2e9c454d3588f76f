"""Whether many answers come as fast as one, from Enter to the screen."""

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

ROUNDS = 5
COUNTS = (1, 2, 4, 8)
USUAL = Script(100, delay=20, first=300)  # a hosted provider's pace
PROMPT = "Which is faster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds from Enter until all lanes were that far on screen."""

    prompt: float
    first: float
    last: float


async def lanes(folder: Path) -> list[Figure]:
    """Ask one lane and several in turns, each time in a chat of its own; compare the medians."""
    chats = [[USUAL.model] * count for _ in range(ROUNDS + 1) for count in COUNTS]
    addresses = await seed(folder, chats)
    taken: dict[int, list[Times]] = {count: [] for count in COUNTS}
    async with running_upstream() as upstream, running_app(folder, upstream) as app, running_browser() as browser:
        for number, (address, models) in enumerate(zip(addresses, chats, strict=True)):
            times = await _once(browser, app.url + address, len(models))
            if number >= len(COUNTS):  # the first round warms the browser's cache
                taken[len(models)].append(times)
    one, *more = ((count, _medians(times)) for count, times in taken.items())
    return [
        *(_against("first", count, times.first, one[1].first) for count, times in more),
        *(_against("last", count, times.last, one[1].last) for count, times in more),
        *(
            Figure(name=f"one's prompt on screen, lanes: {count}", value=times.prompt, unit="ms", bar=100)
            for count, times in (one, *more)
        ),
    ]


def _against(which: str, count: int, many: float, one: float) -> Figure:
    note = f"{many:.0f} ms against {one:.0f} ms"
    return Figure(
        name=f"slowest {which} token of {count} lanes against 1",
        value=many / one,
        unit="×",
        bar=1.2,
        note=note + (f", of which the provider's are {USUAL.first:.0f}" if which == "first" else ""),
    )


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
