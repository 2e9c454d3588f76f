"""How fast the app starts, and what it holds before anybody comes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from statistics import median

from maintenance.benchmark.app import Usage, running_app
from maintenance.benchmark.report import Figure

STARTS = 3
SETTLING = 2.0


async def start(folder: Path) -> list[Figure]:
    """Start the app once to warm the cache, then three times."""
    seconds: list[float] = []
    idle: list[Usage] = []
    cpu: list[float] = []
    for number in range(STARTS + 1):
        async with running_app(folder) as app:
            if number:
                await asyncio.sleep(SETTLING)
                seconds.append(app.started_in)
                cpu.append(app.starting.cpu)
                idle.append(app.usage())
    return [
        Figure(name="start to the first page", value=median(seconds), unit="s", bar=3, note=f"{median(cpu):.2f} s CPU"),
        Figure(name="idle memory", value=median(one.memory for one in idle), unit="MiB", bar=150),
    ]
