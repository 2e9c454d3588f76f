"""Work that comes round, however often the app is started and however many processes run."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from tortoise.expressions import Q

from services.chats.replies import new_uid, now
from services.records.server import JobRecord
from services.storage.transactions import in_one_piece

log = logging.getLogger(__name__)
logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it would tell of every tick

WEEK: Final = timedelta(days=7)
TICK: Final = timedelta(minutes=10)
LEASE: Final = timedelta(minutes=30)  # after which a process that began the work is taken for dead
AGAIN: Final = timedelta(hours=1)  # after a failure, give or take a quarter


class Schedule:
    """Do the work called ``name`` once in ``every`` so much time, or every day ``at`` a time of the server's clock.

    The clock in here only ticks; a row of the database says when the work is due and who is at it. ``work`` returns
    whether it succeeded; what failed is tried again within the hour or so.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[bool]],
        *,
        every: timedelta = WEEK,
        at: time | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self._name = name
        self._work = work
        self._every = every
        self._at = at
        self._lease = lease
        self._me = new_uid()
        self._clock = AsyncIOScheduler(timezone=UTC)
        self._ticking: set[asyncio.Task[bool]] = set()

    async def start(self) -> None:
        """Begin to tick: now, and every ten minutes."""
        self._clock.add_job(
            self._tick,
            "interval",
            seconds=TICK.total_seconds(),
            next_run_time=now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._clock.start()

    async def next_run(self) -> datetime | None:
        """Return when the work is due, or None before the first tick."""
        found = await JobRecord.filter(name=self._name).values_list("next_run_at", flat=True)
        return found[0] if found and isinstance(found[0], datetime) else None

    async def tick(self) -> bool:
        """Do the work if it is due and nobody is at it; return whether it was done here."""
        await self._enter()
        if not await self._take():
            return False
        try:
            async with asyncio.timeout(self._lease.total_seconds()):
                done = await self._work()
        except asyncio.CancelledError:
            await self._release()
            raise
        except Exception:
            log.exception("The work %r failed", self._name)
            done = False
        await self._release(self._next() if done else now() + AGAIN * random.uniform(0.75, 1.25))
        return True

    async def close(self) -> None:
        """Stop ticking; work under way is given up, and is due again at once."""
        if self._clock.running:
            self._clock.shutdown(wait=False)
        for task in self._ticking:
            task.cancel()
        await asyncio.gather(*self._ticking, return_exceptions=True)

    async def _tick(self) -> None:
        """Tick in a task of our own: the scheduler's are not waited for when it ends."""
        task = asyncio.create_task(self.tick(), name=f"work {self._name}")
        self._ticking.add(task)
        task.add_done_callback(self._ticking.discard)
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()):
            log.error("Whether the work %r is due could not be seen", self._name, exc_info=error)

    def _next(self) -> datetime:
        return next_at(self._at, now()) if self._at else now() + self._every

    @in_one_piece
    async def _enter(self) -> None:
        record = JobRecord(name=self._name, next_run_at=self._next(), locked_by="")
        await JobRecord.bulk_create([record], ignore_conflicts=True)

    @in_one_piece
    async def _take(self) -> bool:
        moment = now()
        due = JobRecord.filter(
            Q(locked_until=None) | Q(locked_until__lt=moment), name=self._name, next_run_at__lte=moment
        )
        return await due.update(locked_by=self._me, locked_until=moment + self._lease) == 1

    @in_one_piece
    async def _release(self, next_run_at: datetime | None = None) -> None:
        mine = JobRecord.filter(name=self._name, locked_by=self._me)
        if next_run_at is None:
            await mine.update(locked_until=None)
        else:
            await mine.update(locked_until=None, next_run_at=next_run_at, last_run_at=now())


def next_at(clock: time, moment: datetime) -> datetime:
    """Return when the server's clock next shows ``clock`` after ``moment``."""
    today = moment.astimezone().date()
    days = (datetime.combine(today + timedelta(days=number), clock).astimezone() for number in range(2))
    return next(day for day in days if day > moment)
