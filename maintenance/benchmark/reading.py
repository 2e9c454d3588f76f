"""What it costs to read answers with one library: ``python -m maintenance.benchmark.reading NAME URL``.

Run by an interpreter that has that library and needs to have nothing else; the figures are its last line, in JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from importlib import import_module
from statistics import median

from maintenance.benchmark.readers import Opened, Read
from maintenance.benchmark.script import Script, answer

WARMING = Script(20)
FLAT_OUT = Script(200), 100
PACED = Script(200, delay=20), 20
CROWDED = Script(20, delay=20), 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU microseconds of a piece, flat out and paced; milliseconds to the first piece, the median's and the last's."""

    flat_out: float
    paced: float
    first: float
    slowest: float


async def cost(opened: Opened, url: str) -> Cost:
    """Read the answers at ``url``, with new connections for each load; raise ``ValueError`` if one is not whole."""
    flat_out, _ = await _load(opened, url, *FLAT_OUT)
    paced, _ = await _load(opened, url, *PACED)
    _, firsts = await _load(opened, url, *CROWDED)
    return Cost(flat_out=flat_out, paced=paced, first=median(firsts), slowest=max(firsts))


async def first_piece(read: Read, script: Script) -> float:
    """Read one answer to its end; return the milliseconds to its first piece, or raise ``ValueError``."""
    begin, first, pieces = time.perf_counter(), 0.0, []
    async for piece in read(script.model):
        first = first or time.perf_counter() - begin
        pieces.append(piece)
    if "".join(pieces) != answer(script.tokens):
        raise ValueError("the answer is not what was said")
    return first * 1000


async def _load(opened: Opened, url: str, script: Script, streams: int) -> tuple[float, list[float]]:
    """Read that many answers at once; return a piece's CPU microseconds, and each stream's ms to its first piece."""
    async with opened(url) as read:
        await first_piece(read, WARMING)
        begin = time.process_time()
        firsts = await asyncio.gather(*(first_piece(read, script) for _ in range(streams)))
        cpu = time.process_time() - begin
    return cpu * 1e6 / (streams * script.tokens), firsts


def main() -> None:
    """Print the figures, and leave at once: some libraries leave threads behind."""
    name, url = sys.argv[1:]
    reader = import_module(f"maintenance.benchmark.readers.{name}")
    print(json.dumps(asdict(asyncio.run(cost(reader.opened, url)))), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
