"""Administration: who did what, when and from where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from components.fields import Field, search_box
from components.local_time import begin_of, local
from components.pick import Pick
from components.pieces import attrs, button, el, icon, link, note, text
from components.table import cell, table
from pages.admin.deed_words import details_in_words
from pages.frame import Frame
from services.people.audit import PAGE, Deed, Search

COLUMNS = ("When", "Who", "What", "About", "From", "Details")


async def draw_log(frame: Frame, rest: Sequence[str]) -> bool:
    """Show the log, to be searched and taken along."""
    if rest:
        return False
    desk = LogDesk(frame, await frame.services.people.audit.actions(frame.who))
    await desk.show()
    return True


class LogDesk:
    """The log, as far as it was asked for."""

    def __init__(self, frame: Frame, actions: Sequence[str]) -> None:
        self._frame = frame
        self._words = ""
        self._limit = PAGE
        with el("div", "o-r o-wrap"):
            text("Audit log", "o-head o-grow", tag="h2")
            self._exports = el("div", "o-r")
        text("Nobody can change or delete what stands here.", "o-2")
        with el("div", "o-r o-wrap o-end-line"):
            with el("div", "o-field o-finder"):
                text("Search", "o-label")
                search_box("Person, or what it was about", self._search)
            every = {"": "Everything", **{action: action.capitalize() for action in actions}}
            self._action = Pick("What was done", every, "", self._again)
            self._since, self._until = _day("From"), _day("To")
        for field in (self._since, self._until):
            field.input.on_value_change(self._again)
        self._list = el("div", "o-c")

    async def show(self) -> None:
        """Show what is looked for."""
        search = self._search_for()
        found = await self._frame.services.people.audit.read(self._frame.who, search, limit=self._limit + 1)
        if self._list.is_deleted:
            return
        self._draw_exports(search)
        self._list.clear()
        with self._list:
            if not found:
                note("Nothing of the kind was done.", "history")
                return
            with table("Audit log", COLUMNS):
                for deed in found[: self._limit]:
                    _draw(deed)
            if len(found) > self._limit:
                button("Show older", "quiet", on=self._more)

    def _draw_exports(self, search: Search) -> None:
        query = urlencode({name: value for name, value in told(search).items() if value})
        self._exports.clear()
        with self._exports:
            for name, form in (("CSV", "csv"), ("JSON lines", "jsonl")):
                with attrs(link("", f"/admin/audit.{form}?{query}", "o-btn"), download=f"audit.{form}"):
                    icon("download", "s")
                    text(name, tag="span")

    def _search_for(self) -> Search:
        until = begin_of(self._until.value)
        return Search(
            words=self._words,
            action=self._action.value,
            since=begin_of(self._since.value),
            until=until and until + timedelta(days=1),
        )

    async def _search(self, words: str) -> None:
        self._words = words
        await self._again()

    async def _again(self) -> None:
        self._limit = PAGE
        await self.show()

    async def _more(self) -> None:
        self._limit += PAGE
        await self.show()


def told(search: Search) -> dict[str, str]:
    """Return a search as an address has it."""
    return {
        "words": search.words,
        "action": search.action,
        "since": search.since.isoformat() if search.since else "",
        "until": search.until.isoformat() if search.until else "",
    }


def _draw(deed: Deed) -> None:
    with el("tr"):
        cell("When", f"{local(deed.at):%Y-%m-%d %H:%M:%S}", "o-num o-fixed")
        cell("Who", deed.who_name or "somebody unknown", "o-strong broad")
        cell("What", deed.action)
        cell("About", deed.about or "–", "broad")
        cell("From", deed.address or "–", "o-mono")
        with cell("Details"), el("div", "o-cell o-2 broad"):
            for label, words in details_in_words(deed.details) or [("", "–")]:
                text(f"{label}: {words}" if label else words)


def _day(label: str) -> Field:
    field = Field(label)
    field.box.classes("o-date")
    field.input.props("type=date")
    return field
