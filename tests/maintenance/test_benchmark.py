"""The fake provider says what its model's name asks for; the table says what was measured."""

import asyncio
import json
import time

import aiohttp
import pytest

from maintenance.benchmark.report import Figure, as_json, markdown
from maintenance.benchmark.script import Script, answer, misplaced, piece, words_in
from maintenance.benchmark.upstream import running_upstream


async def said(url: str, model: str) -> list[str]:
    texts = []
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/chat/completions", json={"model": model}) as response,
    ):
        async for line in response.content:
            if line.startswith(b"data: {"):
                texts.append(json.loads(line[6:])["choices"][0]["delta"].get("content", ""))
    return texts


def test_a_models_name_says_length_pace_and_first_token() -> None:
    assert Script.named("bench-t200-d20-f300") == Script(200, delay=20, first=300)
    assert Script.named("bench-t5") == Script(5)
    assert Script.named("bench-t7-d0.5") == Script(7, delay=0.5)


@pytest.mark.parametrize("name", ["gpt-4", "bench", "bench-t", "bench-t5-x", "a-bench-t5"])
def test_other_names_ask_for_nothing(name: str) -> None:
    assert Script.named(name) is None


def test_a_script_has_the_name_that_asks_for_it() -> None:
    script = Script(200, delay=0.5, first=300)
    assert Script.named(script.model) == script


def test_an_answer_is_its_pieces_each_with_one_word_of_its_own() -> None:
    text = answer(250)
    assert text == "".join(piece(number) for number in range(250))
    assert len(words_in(text)) == len(set(words_in(text))) == 250
    assert "```python" in text
    assert text.startswith("## ")


def test_words_are_found_whatever_became_of_the_markdown() -> None:
    assert words_in("<h2>amber0</h2> <b>birch1</b>, and python") == ["amber0", "birch1"]


def test_what_is_lost_doubled_or_swapped_is_counted() -> None:
    words = words_in(answer(10))
    assert misplaced(answer(10), 10) == 0
    assert misplaced(" ".join(words[:-2]), 10) == 2
    assert misplaced(" ".join([*words, words[-1]]), 10) == 1
    assert misplaced(" ".join([words[1], words[0], *words[2:]]), 10) == 2
    assert misplaced("", 10) == 10


async def test_the_provider_says_every_piece_as_an_event_of_its_own() -> None:
    async with running_upstream() as url:
        assert await said(url, "bench-t150") == [*map(piece, range(150)), ""]


async def test_the_provider_keeps_its_pace() -> None:
    async with running_upstream() as url:
        begin = time.perf_counter()
        await said(url, "bench-t11-d10-f50")
        assert time.perf_counter() - begin >= Script(11, delay=10, first=50).seconds


async def test_the_provider_counts_what_it_gives_at_once() -> None:
    async with running_upstream() as url, aiohttp.ClientSession() as session:
        await asyncio.gather(*(said(url, "bench-t20-d5") for _ in range(3)))
        async with session.get(url) as response:
            assert await response.json() == {"running": 0, "peak": 3}


def test_the_table_shows_what_is_met_and_what_is_missed() -> None:
    figures = [
        Figure(name="start", value=1.234, unit="s", bar=3, note="median"),
        Figure(name="lanes", value=1.5, unit="×", bar=1.2),
        Figure(name="first paint", value=393.4, unit="ms"),
    ]
    assert markdown(figures).splitlines() == [
        "| figure | measured | bar | ok? |",
        "| --- | --- | --- | --- |",
        "| start | 1.23 s (median) | ≤ 3 s | yes |",
        "| lanes | 1.5× | ≤ 1.2× | **no** |",
        "| first paint | 393 ms |  |  |",
    ]


def test_a_machine_can_read_the_figures() -> None:
    [read] = json.loads(as_json([Figure(name="lost", value=0, bar=0)]))
    assert read == {"name": "lost", "value": 0, "unit": "", "bar": 0, "ok": True, "note": ""}


def test_what_could_not_be_measured_is_named_with_its_reason() -> None:
    assert Figure(name="litellm", note="not installed").row() == ("litellm", "not installed", "", "")
