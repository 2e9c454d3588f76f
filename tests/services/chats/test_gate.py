from __future__ import annotations

import asyncio
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from services.chats.gate import Gate


class Visitor:
    def __init__(self, gate: Gate, keys: Mapping[str, int]) -> None:
        self.places: list[int] = []
        self.inside = False
        self._leave = asyncio.Event()
        self.task = asyncio.create_task(self._visit(gate, keys))

    async def _visit(self, gate: Gate, keys: Mapping[str, int]) -> None:
        async with gate.entered(keys, self.places.append):
            self.inside = True
            await self._leave.wait()
        self.inside = False

    async def leave(self) -> None:
        self._leave.set()
        await self.task


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_whoever_has_room_enters_at_once_and_hears_nothing() -> None:
    gate = Gate()
    first, second = Visitor(gate, {"groq": 2}), Visitor(gate, {"groq": 2})
    await settle()
    assert (first.inside, second.inside, first.places + second.places) == (True, True, [])
    await first.leave()
    await second.leave()


async def test_the_others_wait_in_line_and_move_up() -> None:
    gate = Gate()
    one, two, three = (Visitor(gate, {"local": 1}) for _ in range(3))
    await settle()
    assert (two.places, three.places) == ([1], [2])
    await one.leave()
    await settle()
    assert (two.inside, two.places, three.places) == (True, [1, 0], [2, 1])
    await two.leave()
    await three.leave()
    assert three.places == [2, 1, 0]


async def test_nobody_waits_for_what_only_others_want() -> None:
    gate = Gate()
    busy, waiting, free = (Visitor(gate, {name: 1}) for name in ("local", "local", "groq"))
    await settle()
    assert (waiting.inside, free.inside) == (False, True)
    for visitor in (busy, waiting, free):
        await visitor.leave()


async def test_one_who_gives_up_makes_room_in_the_line() -> None:
    gate = Gate()
    one, gone, last = (Visitor(gate, {"local": 1}) for _ in range(3))
    await settle()
    gone.task.cancel()
    await settle()
    assert last.places == [2, 1]
    await one.leave()
    await settle()
    assert last.inside
    await last.leave()


async def test_one_cancelled_in_the_moment_it_is_let_in_blocks_nobody() -> None:
    gate = Gate()
    one, two, three = (Visitor(gate, {"local": 1}) for _ in range(3))
    await settle()
    one._leave.set()
    await one.task
    two.task.cancel()
    await settle()
    assert three.inside
    await three.leave()


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["a", "b", "ab"]), st.booleans()), max_size=40))
def test_never_are_there_more_inside_than_may_be_and_nobody_is_forgotten(steps: list[tuple[int, str, bool]]) -> None:
    async def run() -> None:
        gate = Gate()
        visitors: list[tuple[str, Visitor]] = []
        for number, keys, cancel in steps:
            if number < 6 or not visitors:
                visitors.append((keys, Visitor(gate, dict.fromkeys(keys, 2))))
            else:
                _, visitor = visitors.pop(number % len(visitors))
                await _end(visitor, cancel=cancel)
            await settle()
            for key in "ab":
                assert sum(key in wanted and visitor.inside for wanted, visitor in visitors) <= 2
        while visitors:
            at = next(at for at, (_, visitor) in enumerate(visitors) if visitor.inside)
            await _end(visitors.pop(at)[1], cancel=False)
            await settle()

    asyncio.run(run())


async def _end(visitor: Visitor, *, cancel: bool) -> None:
    if cancel or not visitor.inside:
        visitor.task.cancel()
        await asyncio.wait([visitor.task])
    else:
        await visitor.leave()
