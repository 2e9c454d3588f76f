"""Run the figures one after another and print them as a table."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from maintenance.benchmark.crowd import crowd
from maintenance.benchmark.doors import doors, guessing
from maintenance.benchmark.first_page import page
from maintenance.benchmark.full_house import full, long_chat
from maintenance.benchmark.lanes import lanes
from maintenance.benchmark.library import library
from maintenance.benchmark.report import Figure, as_json, markdown
from maintenance.benchmark.starting import start
from maintenance.benchmark.streaming import loss, tokens

Measure = Callable[[Path], Awaitable[list[Figure]]]
GROUPS: Sequence[Measure] = (start, page, tokens, lanes, full, long_chat, loss, crowd, doors, guessing)
FIGURES: Mapping[str, Measure] = {measure.__name__: measure for measure in GROUPS}
LONGEST = 240.0  # seconds for one group of figures
LONGEST_WITH_PEERS = 1800.0  # they are installed, and some are slow


async def run(measures: Mapping[str, Measure], longest: float) -> list[Figure]:
    """Measure each group with an app of its own, in an empty folder."""
    figures = []
    for name, measure in measures.items():
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="omnichat-") as folder:
            async with asyncio.timeout(longest):
                figures += await measure(Path(folder))
    return figures


def main() -> int:
    """Print the table; return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m maintenance.benchmark", description=__doc__)
    parser.add_argument("--only", choices=FIGURES, action="append", help="one group of figures, may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("part", nargs="?", choices=["library"], help="measure the library beside other clients instead")
    parser.add_argument("--peers", action="store_true", help="install the other libraries too, each by itself")
    options = parser.parse_args()
    if options.peers and not options.part:
        parser.error("--peers goes with library")
    if options.part:
        measures: Mapping[str, Measure] = {"library": partial(library, install=options.peers)}
    else:
        measures = {name: FIGURES[name] for name in options.only or FIGURES}
    figures = asyncio.run(run(measures, LONGEST_WITH_PEERS if options.part else LONGEST))
    print(as_json(figures) if options.json else markdown(figures))
    return int(any(figure.ok is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
