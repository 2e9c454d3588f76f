"""Ask every provider for its models now: ``python -m maintenance.update_models [--provider NAME] [--dry-run] [--json]``.

It does what the app does once a week, and ends with 1 if any provider failed.
"""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # run by its path, too, it finds its neighbours

from services.refresh import Refresh, UnknownSourceError
from services.reports import Report, SourceReport
from services.settings import SettingsError, read_settings
from services.wiring import Services

BAR = 30  # characters
HEAD = ("Provider", "new", "changed", "gone", "seconds", "")


def bar(report: Report) -> str:
    """Return how far a refresh is, in one line."""
    done = len(report.sources)
    full = BAR * done // max(report.planned, 1)
    return f"\r[{'#' * full}{'.' * (BAR - full)}] {done}/{report.planned} providers"


def table(report: Report) -> str:
    """Return one line for each provider."""
    rows = [HEAD, *(_cells(each) for each in report.sources)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = []
    for first, *figures, words in rows:
        aligned = [cell.rjust(width) for cell, width in zip(figures, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *aligned, words]).rstrip())
    return "\n".join(lines)


def _cells(each: SourceReport) -> tuple[str, ...]:
    words = each.error or (f"{each.left_out} cannot be used" if each.left_out else "")
    return each.title, str(each.new), str(each.changed), str(each.gone), f"{each.seconds:.1f}", " ".join(words.split())


async def followed(refresh: Refresh, wish: Namespace) -> Report:
    """Return the report of a refresh, drawing a bar meanwhile where somebody can see it."""
    task = refresh.start(only=wish.provider, dry=wish.dry_run)
    async for _ in refresh.watch():
        if task.done():
            break
        if refresh.report and sys.stderr.isatty():
            print(bar(refresh.report), end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    return await task


async def update(wish: Namespace) -> int:
    """Refresh, print what came of it, and return the exit code."""
    services = Services(read_settings(serving=False))
    try:
        await services.open_for_work()
        report = await followed(services.refresh, wish)
    except UnknownSourceError:
        print(f"No provider called {wish.provider} is in reach.", file=sys.stderr)
        return 2
    finally:
        await services.close()
    print(json.dumps(report.told(), indent=2) if wish.json else table(report))
    return 1 if report.failed else 0


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, update, and return the exit code."""
    parser = ArgumentParser(prog="python -m maintenance.update_models", description="Ask providers for their models.")
    parser.add_argument("--provider", default="", metavar="NAME", help="ask only this one")
    parser.add_argument("--dry-run", action="store_true", help="keep nothing and tell nobody")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    try:
        return asyncio.run(update(parser.parse_args(arguments)))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
