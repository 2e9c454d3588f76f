"""Ask providers for their models now: ``python -m maintenance.update_models [--provider NAME] [--dry-run] [--json]``.

It does what the app does once a week, and ends with 1 if a provider failed, with 2 if it could not begin.
"""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # run by its path, it finds its neighbours too

from services.models.refresh import Refresh, UnknownSourceError
from services.models.reports import Report
from services.settings import SettingsError, read_settings
from services.storage.database import DatabaseUnusableError
from services.wiring import Services

BAR = 30  # characters
HEAD = ("Provider", "New", "Changed", "Gone", "Seconds", "")


def bar(report: Report) -> str:
    """Return how far a refresh is, in one line."""
    full = "#" * (BAR * len(report.sources) // max(report.planned, 1))
    return f"\r[{full:.<{BAR}}] {len(report.sources)} of {report.planned}"


def table(report: Report) -> str:
    """Return one line for each provider."""
    rows = [HEAD]
    for each in report.sources:
        words = " ".join(each.error.split()) or (f"{each.left_out} cannot be used" if each.left_out else "")
        rows.append((each.title, str(each.new), str(each.changed), str(each.gone), f"{each.seconds:.1f}", words))
    widest = max(len(row[0]) for row in rows)
    return "\n".join(f"{row[0]:{widest}} {row[1]:>7} {row[2]:>7} {row[3]:>7} {row[4]:>7}  {row[5]}" for row in rows)


async def followed(refresh: Refresh, wish: Namespace) -> Report:
    """Return the report of a refresh, drawing a bar meanwhile where somebody can see it."""
    task, seen = refresh.start(only=wish.provider, dry=wish.dry_run), sys.stderr.isatty()
    async for _ in refresh.watch():
        if task.done():
            break
        if refresh.report and seen:
            print(bar(refresh.report), end="", file=sys.stderr, flush=True)
    print("\r\x1b[K" if seen else "", end="", file=sys.stderr)
    return await task


async def update(wish: Namespace) -> int:
    """Refresh, print what came of it, and return the exit code."""
    services = Services(read_settings(serving=False))
    try:
        await services.connect()
        await services.local_servers.look()
        report = await followed(services.refresh, wish)
    finally:
        await services.close()
    print(json.dumps(report.told(), indent=2) if wish.json else table(report))
    return 1 if report.failed else 0


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, update, and return the exit code."""
    parser = ArgumentParser(prog="python -m maintenance.update_models", description="Ask providers for their models.")
    parser.add_argument("--provider", default="", metavar="NAME", help="ask only this one")
    parser.add_argument("--dry-run", action="store_true", help="keep nothing")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    try:
        return asyncio.run(update(parser.parse_args(arguments)))
    except (SettingsError, DatabaseUnusableError, UnknownSourceError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
