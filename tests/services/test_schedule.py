"""Work that comes round once, whoever runs and however often."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from services.chats.archive import Archive
from services.chats.replies import now
from services.people.person import Person
from services.records.server import JobRecord, RefreshRecord
from services.schedule import LEASE, WEEK, Schedule, next_at
from services.storage.database import Database

ROOT = Path(__file__).parents[2]


class Work:
    """Count how often it is done; fail, or wait, as a test wants."""

    def __init__(self) -> None:
        self.done = 0
        self.answer = True
        self.error: Exception | None = None
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self) -> bool:
        self.begun.set()
        await self.may_end.wait()
        if self.error:
            raise self.error
        self.done += 1
        return self.answer


async def make_due(since: timedelta = timedelta()) -> None:
    await JobRecord.filter(name="refresh").update(next_run_at=now() - since)


async def next_run(schedule: Schedule) -> timedelta:
    moment = await schedule.next_run()
    assert moment
    return moment - now()


async def test_work_is_first_due_a_week_after_the_first_tick(me: Person) -> None:
    work = Work()
    schedule = Schedule("refresh", work)
    assert await schedule.next_run() is None
    assert not await schedule.tick()
    assert timedelta(0) <= WEEK - await next_run(schedule) < timedelta(minutes=1)
    assert work.done == 0


async def test_work_that_is_due_is_done_once_and_again_after_a_week(me: Person) -> None:
    work = Work()
    schedule = Schedule("refresh", work)
    await schedule.tick()
    await make_due()
    assert await schedule.tick()
    assert not await schedule.tick()
    assert work.done == 1
    assert timedelta(0) <= WEEK - await next_run(schedule) < timedelta(minutes=1)


async def test_restarting_every_day_does_not_put_work_off(me: Person) -> None:
    work = Work()
    for _ in range(7):
        await Schedule("refresh", work).tick()
        passed = await JobRecord.get(name="refresh")
        await JobRecord.filter(name="refresh").update(next_run_at=passed.next_run_at - timedelta(days=1))
    assert work.done == 0
    assert await Schedule("refresh", work).tick()
    assert work.done == 1


async def test_nightly_work_is_due_at_its_hour_of_the_next_day(me: Person) -> None:
    work, hour = Work(), (now() - timedelta(hours=1)).astimezone().time()
    schedule = Schedule("refresh", work, at=hour)
    await schedule.tick()
    assert timedelta(hours=21) < await next_run(schedule) < timedelta(hours=25)
    await make_due(timedelta(days=3))
    assert await schedule.tick()
    assert timedelta(hours=21) < await next_run(schedule) < timedelta(hours=25)
    assert work.done == 1


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-11-21T02:59", "2026-11-21T03:00"),
        ("2026-11-21T03:00", "2026-11-22T03:00"),
        ("2026-11-21T23:59", "2026-11-22T03:00"),
        ("2026-12-31T12:00", "2027-01-01T03:00"),
    ],
)
def test_the_hour_is_the_one_of_the_clock_on_the_wall(moment: str, due: str) -> None:
    assert next_at(time(3), datetime.fromisoformat(moment).astimezone()) == datetime.fromisoformat(due).astimezone()


@pytest.mark.parametrize("error", [None, RuntimeError("boom")])
async def test_work_that_failed_is_tried_again_in_an_hour_or_so(me: Person, error: Exception | None) -> None:
    work = Work()
    work.answer, work.error = False, error
    schedule = Schedule("refresh", work)
    await schedule.tick()
    await make_due()
    assert await schedule.tick()
    assert timedelta(minutes=44) < await next_run(schedule) < timedelta(minutes=76)
    await make_due()
    work.answer, work.error = True, None
    assert await schedule.tick()


async def test_nobody_takes_what_another_is_at_until_it_is_taken_for_dead(me: Person) -> None:
    slow, quick = Work(), Work()
    slow.may_end.clear()
    there, here = Schedule("refresh", slow), Schedule("refresh", quick)
    await here.tick()
    await make_due()
    task = asyncio.create_task(there.tick())
    await slow.begun.wait()
    assert not await here.tick()
    await JobRecord.filter(name="refresh").update(locked_until=now() - timedelta(seconds=1))
    assert await here.tick()
    due = await here.next_run()
    slow.may_end.set()
    await task
    assert await here.next_run() == due
    assert (slow.done, quick.done) == (1, 1)


async def test_work_given_up_at_the_end_of_a_process_is_due_at_the_next_start(me: Person) -> None:
    slow, quick = Work(), Work()
    slow.may_end.clear()
    await Schedule("refresh", quick).tick()
    await make_due(timedelta(days=2))
    ending = Schedule("refresh", slow)
    await ending.start()
    await slow.begun.wait()
    await ending.close()
    again = Schedule("refresh", quick)
    await again.start()
    await quick.begun.wait()
    await again.close()
    assert slow.done == 0


async def test_work_does_not_hold_its_lease_for_ever(me: Person) -> None:
    endless = Work()
    endless.may_end.clear()
    schedule = Schedule("refresh", endless, lease=timedelta(milliseconds=50))
    await schedule.tick()
    await make_due()
    assert await schedule.tick()
    assert await next_run(schedule) < timedelta(minutes=76)
    assert timedelta(minutes=1) < LEASE


async def test_a_schedule_that_never_began_can_be_closed() -> None:
    await Schedule("refresh", Work()).close()


async def heard(process: Process) -> str:
    assert process.stdout
    return (await process.stdout.readline()).decode().strip()


async def tell(process: Process) -> None:
    assert process.stdin
    process.stdin.write(b"\n")
    await process.stdin.drain()


async def test_two_processes_on_postgresql_refresh_once(postgres_url: str) -> None:
    async with Database(postgres_url):
        await Archive().local_person()
        await JobRecord.create(name="refresh", next_run_at=datetime(2026, 1, 1, tzinfo=UTC), locked_by="")
        program = [sys.executable, "-m", "tests.services.ticking", postgres_url]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        pair = [
            await asyncio.create_subprocess_exec(*program, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE)
            for _ in range(2)
        ]
        assert [await heard(process) for process in pair] == ["ready", "ready"]
        for process in pair:
            await tell(process)
        assert sorted([await heard(process) for process in pair]) == ["asking", "not due"]
        for process in pair:
            await tell(process)
        assert sorted([await heard(process) for process in pair]) == ["did it", "left it"]
        assert [await process.wait() for process in pair] == [0, 0]
        assert await RefreshRecord.all().count() == 1
        assert (await JobRecord.get(name="refresh")).next_run_at > now()
