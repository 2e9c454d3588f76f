import asyncio
import logging

import pytest
from nicegui import Client

from components.ticker import FASTEST, LONGEST, Ticker, page_ticker


async def test_the_first_change_is_drawn_at_once() -> None:
    drawn = asyncio.Event()
    began = asyncio.get_running_loop().time()
    Ticker().mark(drawn.set)
    await drawn.wait()
    assert asyncio.get_running_loop().time() - began < FASTEST / 2


async def test_changes_close_together_are_drawn_together_and_once() -> None:
    ticker, drawn, beat = Ticker(), list[str](), asyncio.Event()

    def one() -> None:
        drawn.append("one")

    def two() -> None:
        drawn.append("two")
        beat.set()

    for _ in range(5):
        ticker.mark(one)
        ticker.mark(two)
    assert drawn == []
    await beat.wait()
    assert drawn == ["one", "two"]


async def test_the_next_change_waits_for_the_next_beat() -> None:
    loop = asyncio.get_running_loop()
    ticker, times, beat = Ticker(), list[float](), asyncio.Event()

    def draw() -> None:
        times.append(loop.time())
        beat.set()

    ticker.mark(draw)
    await beat.wait()
    beat.clear()
    ticker.mark(draw)
    await beat.wait()
    assert times[1] - times[0] >= FASTEST * 0.95


async def test_what_cannot_wait_is_drawn_before_the_next_beat() -> None:
    loop = asyncio.get_running_loop()
    ticker, times, beat = Ticker(), list[float](), asyncio.Event()

    def draw() -> None:
        times.append(loop.time())
        beat.set()

    ticker.mark(draw)
    await beat.wait()
    beat.clear()
    ticker.mark(draw)
    ticker.mark(draw, at_once=True)
    await beat.wait()
    assert times[1] - times[0] < FASTEST / 2


async def test_what_takes_too_long_for_one_message_leaves_with_the_next() -> None:
    loop = asyncio.get_running_loop()
    ticker, times, last = Ticker(), dict[str, float](), asyncio.Event()

    def slow() -> None:
        times["slow"] = loop.time()
        while loop.time() - times["slow"] <= LONGEST:
            pass

    def after() -> None:
        times["after"] = loop.time()
        last.set()

    ticker.mark(slow)
    ticker.mark(after)
    await last.wait()
    assert times["after"] - times["slow"] >= FASTEST * 0.95


async def test_a_view_that_breaks_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    ticker, drawn = Ticker(), asyncio.Event()

    def broken() -> None:
        raise ValueError("cannot be drawn")

    with caplog.at_level(logging.ERROR):
        ticker.mark(broken)
        ticker.mark(drawn.set)
        await drawn.wait()
    assert "cannot be drawn" in caplog.text


async def test_nothing_is_drawn_after_the_page_is_gone(client: Client) -> None:
    drawn: list[int] = []
    with client:
        ticker = page_ticker()
        assert page_ticker() is ticker
    ticker.mark(lambda: drawn.append(1))
    client.delete()
    ticker.mark(lambda: drawn.append(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert drawn == []
