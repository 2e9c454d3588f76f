"""Those who ask in the same moment share one reading, and nobody is told what was so before they asked."""

from __future__ import annotations

import asyncio

import pytest

from services.together import Together


class Library:
    """Counts how often it is read; an event holds a reading up."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()
        self.edition = 1

    async def open(self, book: str) -> int:
        self.read.append(book)
        found = self.edition
        self.begun.set()
        await self.gate.wait()
        if book == "burnt":
            raise LookupError(book)
        return found


async def test_one_reading_serves_all_who_ask_at_once() -> None:
    library = Library()
    library.gate.set()
    together = Together[str, int](library.open)
    assert await asyncio.gather(*(together(book) for book in ("a", "b", "a", "a"))) == [1, 1, 1, 1]
    assert sorted(library.read) == ["a", "b"]


async def test_whoever_comes_after_a_reading_began_has_one_of_their_own() -> None:
    library = Library()
    together = Together[str, int](library.open)
    early = asyncio.create_task(together("a"))
    await library.begun.wait()
    library.edition = 2
    late = asyncio.create_task(together("a"))
    library.gate.set()
    assert [await early, await late] == [1, 2]


async def test_a_failure_is_everybodys_and_the_next_reading_is_a_new_one() -> None:
    library = Library()
    library.gate.set()
    together = Together[str, int](library.open)
    told = await asyncio.gather(*(together("burnt") for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in told] == [LookupError] * 3
    with pytest.raises(LookupError):
        await together("burnt")
    assert library.read == ["burnt", "burnt"]


async def test_one_who_gives_up_takes_nothing_from_the_others() -> None:
    library = Library()
    together = Together[str, int](library.open)
    impatient, patient = (asyncio.create_task(together("a")) for _ in range(2))
    await library.begun.wait()
    impatient.cancel()
    library.gate.set()
    assert await patient == 1
