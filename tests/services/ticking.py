"""A process of its own that ticks once when it is told to: ``python -m tests.services.ticking DATABASE``."""

from __future__ import annotations

import asyncio
import sys

from services.chats.archive import Archive
from services.models.refresh import Refresh
from services.notices import Notices
from services.schedule import Schedule
from services.storage.database import Database
from tests.services.shop import Shop


async def main(url: str) -> None:
    async with Database(url):
        await Archive().local_person()
        may_answer = asyncio.Event()
        shop = Shop(groq=may_answer)
        refresh = Refresh(shop.opens(), shop, Notices(shop.news), shop.news)

        async def work() -> bool:
            report = await refresh.start()
            return not report.failed

        schedule = Schedule("refresh", work)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        tick = asyncio.create_task(schedule.tick())
        asking = asyncio.create_task(shop.was_asked.wait())
        await asyncio.wait([tick, asking], return_when=asyncio.FIRST_COMPLETED)
        print("asking" if asking.done() else "not due", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        may_answer.set()
        print("did it" if await tick else "left it", flush=True)
        asking.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
