"""Asking every source for its models, everybody's, and telling what is new."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.models.catalogue import Catalogue, SourcesOf
from services.models.comparing import tally
from services.models.inquiry import Outcome
from services.models.offers import Source
from services.models.reports import Report, Reports, SourceReport
from services.models.stock import Stock
from services.news import News
from services.notices import Notices
from services.people.person import Person, Role, person_from
from services.records.person import PersonRecord

log = logging.getLogger(__name__)

AT_ONCE: Final = 100  # sources asked side by side
NAMED: Final = 3  # sources that a notice names
TOPIC: Final = "refresh"
LINK: Final = "/admin/catalogue"  # for those who may go there
INSTANT: Final = timedelta(microseconds=1)


class UnknownSourceError(Exception):
    """No source has the name that was given."""


class Refresh:
    """One refresh at a time; whoever begins another joins the one that is under way."""

    def __init__(self, catalogue: Catalogue, sources: SourcesOf, notices: Notices, news: News) -> None:
        self.report: Report | None = None
        self._catalogue = catalogue
        self._sources = sources
        self._notices = notices
        self._news = news
        self._reports = Reports()
        self._stock = Stock()
        self._task: asyncio.Task[Report] | None = None

    def start(self, *, only: str = "", dry: bool = False) -> asyncio.Task[Report]:
        """Begin, or join, and return the task that ends with the report; ``report`` grows meanwhile.

        With ``only``, one source alone is asked; the task fails with an ``UnknownSourceError`` if there is none of that
        name. A ``dry`` run keeps nothing and tells nobody.
        """
        if self._task is None:
            self.report = Report()
            self._task = asyncio.create_task(self._run(only, dry=dry), name="refresh of the catalogue")
            self._task.add_done_callback(self._over)
        return self._task

    async def reports(self, who: Person) -> list[Report]:
        """Return what concerns ``who`` of the last reports, the newest first."""
        return await self._reports.of(who)

    def watch(self) -> AsyncGenerator[None, None]:
        """Yield once, and each time that a source has answered or a refresh is over."""
        return self._news.watch(TOPIC)

    async def close(self) -> None:
        """Give up what is under way."""
        if task := self._task:
            task.cancel()
            await asyncio.wait([task])

    def _over(self, task: asyncio.Task[Report]) -> None:
        self._task = self.report = None
        self._news.post(TOPIC)

    async def _run(self, only: str, *, dry: bool) -> Report:
        people = await _everybody()
        plan = {(each.scope, each.name): each for who in people for each in await self._sources.of(who)}
        wanted = [source for source in plan.values() if only in {"", source.name}]
        if only and not wanted:
            raise UnknownSourceError(f"No provider called {only!r} is in reach.")
        report = self.report = replace(self.report or Report(), planned=len(wanted))
        self._news.post(TOPIC)
        began, gate = time.monotonic(), asyncio.Semaphore(AT_ONCE)

        async def ask(source: Source) -> None:
            async with gate:
                told = await self._asked(source, report.started_at, dry=dry)
            self.report = replace(self.report or report, sources=[*(self.report or report).sources, told])
            self._news.post(TOPIC)

        await asyncio.gather(*(ask(source) for source in wanted))
        sources = sorted(self.report.sources, key=lambda each: (each.title.casefold(), each.name))
        report = replace(report, sources=sources, seconds=time.monotonic() - began)
        if not dry:
            before = await self._reports.last()
            await self._reports.keep(report)
            told = {(each.scope, each.name) for each in before[0].failed} if before else set()
            for who in people:
                await self._tell(who, report.seen_by(who), told)
        return report

    async def _asked(self, source: Source, started_at: datetime, *, dry: bool) -> SourceReport:
        told = SourceReport(name=source.name, title=source.title, scope=source.scope)
        try:
            outcome = await (self._catalogue.preview(source) if dry else self._catalogue.renew(source))
            told = replace(told, seconds=outcome.seconds, left_out=outcome.header.left_out)
            if outcome.header.problem:
                return replace(told, error=outcome.header.problem)
            first, since = _since(outcome, await self._stock.reported_at(source), started_at)
            if outcome.header.listed_at and not dry:
                await self._stock.note_report(source, outcome.header.listed_at)
        except Exception:
            log.exception("%s could not be refreshed", source.name)
            return replace(told, error="A fault on our side; the log says more.")
        new, changed, gone = tally(outcome.entries.values(), since)
        return replace(told, new=new, changed=changed, gone=gone, first=first)

    async def _tell(self, who: Person, report: Report, known: set[tuple[str, str]]) -> None:
        """Tell of new models, and of sources that began to fail.

        Models of a source listed for the first time are no news to whoever added it.
        """
        if who.role is Role.SERVER:
            return
        link = LINK if who.is_admin else ""
        fresh = sorted((each for each in report.sources if each.new and not each.first), key=lambda each: -each.new)
        count = sum(each.new for each in fresh)
        failed = [each for each in report.failed if (each.scope, each.name) not in known]
        if fresh:
            named = _named([f"{each.title} {each.new}" for each in fresh])
            words = [f"{named}.", *(f"{each.title} could not be asked." for each in failed[:NAMED])]
            await self._notices.tell(who, f"{count:,} new model{'' if count == 1 else 's'}", " ".join(words), link)
        elif failed:
            many = f"{len(failed)} providers" if len(failed) > 1 else failed[0].title
            told = failed[0].error if len(failed) == 1 else f"{_named([each.title for each in failed])}."
            await self._notices.tell(who, f"The models of {many} could not be updated", told, link)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _since(outcome: Outcome, reported_at: datetime | None, started_at: datetime) -> tuple[bool, datetime]:
    """Return whether a source was never listed before, and the moment after which what happened there is news."""
    if reported_at:
        return False, reported_at
    begun = min((entry.first_seen for entry in outcome.entries.values() if entry.first_seen), default=started_at)
    return (True, started_at - INSTANT) if begun >= started_at else (False, begun)


async def _everybody() -> list[Person]:
    return [person_from(record) for record in await PersonRecord.filter(suspended=False).order_by("id")]
