"""Administration: how this installation does, and what is weak about it."""

from __future__ import annotations

from collections.abc import Sequence

from components.figures import clock, size
from components.pieces import button, el, icon, text
from pages.frame import Frame
from services.checkup import Health, Job, Weakness

JOBS = {"refresh": "Update of the catalogue", "backup": "Backup"}


async def draw_health(frame: Frame, rest: Sequence[str]) -> bool:
    """Show the state of everything, and what could be safer with the next step."""
    if rest:
        return False
    desk = HealthDesk(frame)
    await desk.show()
    return True


class HealthDesk:
    """Looked at when the page is opened, and again when it is asked for."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        with el("div", "o-r"):
            text("Health", "o-head o-grow", tag="h2")
            button("Look again", "", "refresh", on=self.show)
        self._list = el("div", "o-c o-wide-gap")

    async def show(self) -> None:
        """Show what is so now."""
        checkup, who = self._frame.services.checkup, self._frame.who
        health, weaknesses = await checkup.health(who), await checkup.weaknesses(who)
        if self._list.is_deleted:
            return
        self._list.clear()
        with self._list:
            _draw_figures(health)
            _draw_weaknesses(weaknesses)
            _draw_parts(health)
        self._frame.say("Looked at everything.")


def _draw_figures(health: Health) -> None:
    running = f"{health.waiting:,} of them waiting" if health.waiting else "none is waiting"
    share = 100 * health.disk_free / max(health.disk_size, 1)
    with el("div", "o-stats"):
        _figure("Version", health.version, f"Python {health.python}")
        _figure("Running answers", f"{health.running:,}", running)
        _figure("Database", size(health.database_size), health.database)
        _figure("Free on the disk", size(health.disk_free), f"{share:.0f} % of {size(health.disk_size)}")
        _figure("Accounts", f"{health.people:,}", "")


def _figure(label: str, figure: str, more: str) -> None:
    with el("div", "o-card o-stat"):
        text(label, "o-small o-3")
        text(figure, tag="b")
        text(more, "o-micro")


def _draw_weaknesses(weaknesses: Sequence[Weakness]) -> None:
    text("Security", "o-strong", tag="h3")
    with el("div", "o-card", role="list", aria_label="Security"):
        if not weaknesses:
            with el("div", "o-line2 o-check", role="listitem"):
                icon("check_circle", "ok")
                text("Nothing weak was found.", "o-grow")
        for weakness in weaknesses:
            with el("div", "o-line2 o-check", role="listitem"):
                icon("error", "bad") if weakness.grave else icon("warning", "warn")
                with el("div", "o-grow o-c o-tight"):
                    text(weakness.title, "o-strong")
                    text(weakness.words, "o-2 o-said")
                    text(weakness.cure, "o-said")
                with el("span", f"o-pill {'bad' if weakness.grave else 'warn'}"):
                    text("Mend soon" if weakness.grave else "Could be better", tag="span")


def _draw_parts(health: Health) -> None:
    text("What runs by itself", "o-strong", tag="h3")
    with el("div", "o-card", role="list", aria_label="What runs by itself"):
        for job in health.jobs:
            _part(JOBS.get(job.name, job.name), _job_words(job), bad=False)
        backup = health.backup
        if backup is None:
            _part("Last backup", "none yet", bad=True)
        else:
            told = backup.error or f"{clock(backup.started_at)} · {size(backup.size)}"
            _part("Last backup", told, bad=bool(backup.error))


def _part(name: str, words: str, *, bad: bool) -> None:
    with el("div", "o-line2", role="listitem"):
        icon("warning" if bad else "schedule", "o-3")
        text(name, "o-strong o-grow")
        text(words, "o-2 o-num o-said")


def _job_words(job: Job) -> str:
    if job.running:
        return "running now"
    last = f"last {clock(job.last_run)}, " if job.last_run else ""
    return f"{last}next {clock(job.next_run)}"
