"""How long an import takes, and the memory after it, in interpreters that have imported nothing yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from maintenance.benchmark.peers import run

IMPORTS = 9
PATIENCE = 30.0
PROBE = """
import json, os, time
begin = time.perf_counter()
import {module}
seconds = time.perf_counter() - begin
with open("/proc/self/statm") as pages:
    resident = int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
print(json.dumps([seconds * 1000, resident / 2**20]), flush=True)
os._exit(0)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The milliseconds of each import, and the MiB that the process held after it."""

    times: Sequence[float]
    memory: float

    @property
    def best(self) -> float:
        """The shortest, which other work on the computer disturbed least."""
        return min(self.times)

    @property
    def median(self) -> float:
        """The one in the middle."""
        return median(self.times)


async def imported(pythons: Mapping[str, str]) -> dict[str, Imported]:
    """Import each module by its interpreter, in turn; the first time only warms the disk's cache and the byte code."""
    found: dict[str, list[tuple[float, float]]] = {module: [] for module in pythons}
    for number in range(IMPORTS + 1):
        for module, python in pythons.items():
            time, memory = json.loads(await run([python, "-c", PROBE.format(module=module)], PATIENCE))
            if number:
                found[module].append((time, memory))
    return {
        module: Imported(times=[time for time, _ in each], memory=median(memory for _, memory in each))
        for module, each in found.items()
    }
