"""What refreshes of the catalogue came to, as a person reads it."""

from __future__ import annotations

from html import escape

from components.figures import clock, seconds
from components.pieces import el, note, raw, text
from services.models.reports import Report, SourceReport

LONGEST = 300  # characters of what went wrong


def draw_report(report: Report, *, open_: bool) -> None:
    """Show one refresh: a line to open, and a table of its sources."""
    with el("details", "o-card o-report", open=open_):
        with el("summary", "o-line2"):
            text(clock(report.started_at), "o-strong", tag="span")
            text(summary(report), "o-small o-2 o-grow", tag="span")
            if report.failed:
                text(f"{len(report.failed)} failed", "o-pill bad", tag="span")
        raw(_table(report))


def summary(report: Report) -> str:
    """Return the sums of a refresh in words: ``12 new, 3 changed and 1 gone in 4.20 s``."""
    new, changed, gone = (sum(getattr(each, name) for each in report.sources) for name in ("new", "changed", "gone"))
    return f"{new:,} new, {changed:,} changed and {gone:,} gone in {seconds(report.seconds)}"


def draw_broken(name: str, package: str, words: str) -> None:
    """Say which plug-in was left out, and why."""
    note(f"The plug-in {name} of the package {package} was left out. {words[:LONGEST]}", "extension", "bad")


def _table(report: Report) -> str:
    head = "".join(f"<th scope='col'>{name}</th>" for name in ("Provider", "New", "Changed", "Gone", "Took", ""))
    rows = "".join(_row(each) for each in report.sources)
    return f'<table class="o-sheet"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(each: SourceReport) -> str:
    words = each.error[:LONGEST] or (f"{each.left_out:,} cannot be used" if each.left_out else "")
    figures = (("New", each.new), ("Changed", each.changed), ("Gone", each.gone))
    cells = "".join(
        f'<td class="o-num" data-name="{name}">{"–" if each.error else f"{value:,}"}</td>' for name, value in figures
    )
    return (
        f'<tr><th scope="row"><bdi>{escape(each.title)}</bdi></th>{cells}'
        f'<td class="o-num" data-name="Took">{seconds(each.seconds)}</td>'
        f'<td class="{"bad" if each.error else "o-3"}"><bdi>{escape(words)}</bdi></td></tr>'
    )
