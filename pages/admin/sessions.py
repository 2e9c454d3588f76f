"""Administration: every browser that anybody is signed in with."""

from __future__ import annotations

from collections.abc import Sequence

from components.figures import clock
from components.person_face import draw_person
from components.pieces import button, el, note, text
from components.table import cell, table
from pages.frame import Frame
from services.people.sessions import SESSIONS
from services.people.signed_in import PAGE, SignedIn


async def draw_sessions(frame: Frame, rest: Sequence[str]) -> bool:
    """Show who is signed in, and where."""
    if rest:
        return False
    desk = SessionsDesk(frame)
    await desk.show()
    frame.follow("room", desk.follow())
    return True


class SessionsDesk:
    """The list, as far as it was asked for."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._sessions = frame.services.people.every_session
        self._limit = PAGE
        text("Sessions", "o-head", tag="h2")
        text("A session that is ended closes its pages at once.", "o-2")
        self._list = el("div", "o-c")

    async def follow(self) -> None:
        """Show those that end."""
        async for _ in self._frame.services.news.watch(SESSIONS):
            with self._frame.unbroken():
                await self.show()

    async def show(self) -> None:
        """Show what is so now."""
        found = await self._sessions.read(self._frame.who, limit=self._limit + 1)
        if self._list.is_deleted:
            return
        self._list.clear()
        with self._list:
            if not found:
                note("Nobody is signed in by a browser.", "person")
                return
            with table("Sessions", ("Person", "Browser", "Address", "Signed in", "Last seen", "")):
                for each in found[: self._limit]:
                    self._draw(each)
            if len(found) > self._limit:
                button("Show more", "quiet", on=self._more)

    def _draw(self, each: SignedIn) -> None:
        session = each.session
        with el("tr"):
            with cell("Person"):
                draw_person(each.person, each.person.handle)
            cell("Browser", browser(session.agent))
            cell("Address", session.address, "o-mono")
            cell("Signed in", clock(session.created_at))
            cell("Last seen", clock(session.seen_at))
            with cell(""):
                button("End", "small", on=lambda: self._end(each))

    async def _end(self, each: SignedIn) -> None:
        await self._sessions.end(self._frame.who, each.session.uid)
        self._frame.toasts.show(f"A session of {each.person.name} is ended.")
        await self.show()

    async def _more(self) -> None:
        self._limit += PAGE
        await self.show()


def browser(agent: str) -> str:
    """Return what a browser calls itself, in two words where it is one we know."""
    name = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return " on ".join(filter(None, (name, system))) or agent[:60] or "unknown"


BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
