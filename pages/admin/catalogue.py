"""Settings: which models there are, and how the list keeps up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from nicegui.element import Element

from components.local_time import local
from components.offer_list import draw_offers
from components.pieces import button, el, enable, meter, note, relabel, text
from components.reports import draw_broken, draw_report
from omnichat.registry import broken_plugins
from pages.frame import Frame
from services.models.reports import Report


async def draw_catalogue(frame: Frame, rest: Sequence[str]) -> bool:
    """Show what is on offer and the last reports, follow both, and let the person have it updated now."""
    if rest:
        return False
    with el("div", "o-r"):
        text("Catalogue", "o-head o-grow", tag="h2")
        update = button("", "main", "sync")
    for broken in broken_plugins():
        draw_broken(broken.name, broken.package, broken.words)
    view = _View(frame=frame, button=update, progress=el("div", role="status"), offers=el("div"), reports=el("div"))
    update.on("click", view.update)
    await view.show_offers()
    await view.show_reports()
    frame.follow("room", view.follow())
    return True


@dataclass(slots=True, kw_only=True)
class _View:
    """The parts of the section that change."""

    frame: Frame
    button: Element
    progress: Element
    offers: Element
    reports: Element

    async def show_offers(self) -> None:
        """Show the sources as they are now."""
        services, who = self.frame.services, self.frame.who
        known = await services.catalogue.kept(who)
        shown = [(offer, services.availability.of(offer.source)) for offer in known]
        self.offers.clear()
        with self.offers:
            if shown:
                draw_offers(shown)
            else:
                note("No provider is in reach yet. Save a key under Providers & keys, or start a model server here.")

    async def show_reports(self) -> None:
        """Show how far an update is, and what the last ones came to."""
        services, who = self.frame.services, self.frame.who
        running = services.refresh.report
        reports = await services.refresh.reports(who)
        due = await services.schedule.next_run()
        relabel(self.button, "Updating …" if running else "Update now")  # drawn anew, it would lose a click
        enable(self.button, running is None)
        self.progress.clear()
        with self.progress:
            text(_plan(running.seen_by(who) if running else None, due), "o-small o-2")
            if running:
                meter(100 * len(running.sources) / max(running.planned, 1), "Providers asked")
        self.reports.clear()
        with self.reports, el("div", "o-c"):
            if reports:
                text("Last updates", "o-strong", tag="h3")
            for place, report in enumerate(reports):
                draw_report(report, open_=place == 0)

    async def update(self) -> None:
        """Ask every source now; the page follows."""
        self.frame.services.refresh.start()
        await self.show_reports()

    async def follow(self) -> None:
        """See whether the sources answer, and keep up with what they say and with updates."""
        services = self.frame.services
        async with asyncio.TaskGroup() as group:
            group.create_task(self._probe(), name="probe")
            group.create_task(self._keep_up(services.catalogue.watch(self.frame.who), self.show_offers), name="offers")
            group.create_task(self._keep_up(services.refresh.watch(), self.show_reports), name="reports")

    async def _keep_up(self, changes: AsyncGenerator[None, None], show: Callable[[], Awaitable[None]]) -> None:
        async with aclosing(changes):
            async for _ in changes:
                with self.frame.unbroken():
                    await show()

    async def _probe(self) -> None:
        catalogue = self.frame.services.catalogue
        with self.frame.unbroken():
            await asyncio.gather(*(catalogue.probe(offer.source) for offer in catalogue.known(self.frame.who)))
            await self.show_offers()


def _plan(running: Report | None, due: datetime | None) -> str:
    if running:
        return f"{len(running.sources)} of {running.planned} sources have answered."
    day = f" Next on {local(due):%A, %d %B}." if due else ""
    return f"Every source is asked for its models once a week.{day}"
