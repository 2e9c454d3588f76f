"""Run the figures one after another and print them as a table."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from maintenance.benchmark.crowd import crowd
from maintenance.benchmark.first_page import page
from maintenance.benchmark.lanes import lanes
from maintenance.benchmark.library import library
from maintenance.benchmark.report import Figure, as_json, markdown
from maintenance.benchmark.starting import start
from maintenance.benchmark.streaming import loss, tokens

Measure = Callable[[Path], Awaitable[list[Figure]]]
FIGURES: Mapping[str, Measure] = {measure.__name__: measure for measure in (start, page, tokens, lanes, loss, crowd)}
LONGEST = 120.0  # seconds for one group of figures


async def run(names: list[str]) -> list[Figure]:
    """Measure each group with an app of its own, in an empty folder."""
    figures = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="omnichat-") as folder:
            async with asyncio.timeout(LONGEST):
                figures += await (FIGURES.get(name) or library)(Path(folder))
    return figures


def main() -> int:
    """Print the table; return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m maintenance.benchmark", description=__doc__)
    parser.add_argument("--only", choices=FIGURES, action="append", help="one group of figures, may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("part", nargs="?", choices=["library"], help="measure the library beside other clients instead")
    options = parser.parse_args()
    figures = asyncio.run(run([options.part] if options.part else options.only or list(FIGURES)))
    print(as_json(figures) if options.json else markdown(figures))
    return int(any(figure.ok is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
