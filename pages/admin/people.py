"""Administration: who may come in, and as what."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from nicegui.element import Element

from components.fields import search_box
from components.figures import clock
from components.menu import open_menu
from components.person_face import ROLES, draw_person
from components.pieces import attrs, button, el, icon, note, text, tool
from components.segmented import Segmented
from components.table import cell, table
from pages.admin.person_acts import PersonActs
from pages.frame import Frame
from services.people.account_rows import Account
from services.people.accounts import PAGE
from services.people.groups import GROUPS
from services.people.invitations import Invitation, Purpose
from services.people.sessions import SESSIONS

ALL, ACTIVE, SUSPENDED, INVITED = "all", "active", "suspended", "invited"
KINDS: Final = {ALL: "All", ACTIVE: "Active", SUSPENDED: "Suspended", INVITED: "Open links"}
NOBODY: Final = {
    ALL: "Nobody is called that.",
    ACTIVE: "Nobody who may come in is called that.",
    SUSPENDED: "Nobody is suspended.",
}


async def draw_people(frame: Frame, rest: Sequence[str]) -> bool:
    """Show everybody with an account, to be searched."""
    if rest:
        return False
    desk = PeopleDesk(frame)
    await desk.show()
    frame.follow("room", desk.follow())
    return True


class PeopleDesk:
    """The list, as far as it was asked for."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._people = frame.services.people
        self._acts = PersonActs(frame, self.show)
        self._words = ""
        self._limit = PAGE
        self._groups: dict[str, str] = {}
        self._shown: object = None
        with el("div", "o-r o-wrap"):
            self._title = text("People", "o-head o-grow", tag="h2")
            button("Invite", "main", "person_add", on=self._acts.invite)
        with el("div", "o-r o-wrap"):
            with el("div", "o-finder"):
                search_box("Search by name or mail", self._search)
            self._kind = Segmented("Which people", KINDS, ALL, self._choose)
        self._list: Element = el("div", "o-c")

    async def follow(self) -> None:
        """Show who comes, goes, or is put into another group."""
        async for _ in self._frame.services.news.watch(GROUPS, SESSIONS):
            with self._frame.unbroken():
                await self.show()

    async def show(self) -> None:
        """Show what is so now."""
        who, kind = self._frame.who, self._kind.value
        self._groups = {group.uid: group.name for group in await self._people.groups.all(who)}
        count = await self._people.accounts.count(who)
        links = await self._people.invitations.all(who) if kind == INVITED else []
        suspended = {ACTIVE: False, SUSPENDED: True}.get(kind)
        found = await self._people.accounts.search(who, self._words, limit=self._limit + 1, suspended=suspended)
        of_person = await self._people.groups.by_person(who)
        told = kind, self._limit, self._groups, count, links, found, of_person
        if self._list.is_deleted or told == self._shown:
            return  # a list that is drawn anew closes the menu that is open in it
        self._shown = told
        self._title.set_text(f"People · {count:,}")
        self._list.clear()
        with self._list:
            if kind == INVITED:
                self._draw_links(links)
            else:
                self._draw_accounts(found, of_person)

    def _draw_accounts(self, found: Sequence[Account], of_person: dict[str, list[str]]) -> None:
        if not found:
            note(NOBODY[self._kind.value], "person")
            return
        with table("People", ("Person", "Role", "State", "Groups", "Last seen", "")):
            for account in found[: self._limit]:
                self._draw_account(account, of_person.get(account.person.uid, []))
        if len(found) > self._limit:
            button("Show more", "quiet", on=self._more)

    def _draw_account(self, account: Account, groups: list[str]) -> None:
        person = account.person
        names = ", ".join(sorted(filter(None, (self._groups.get(uid) for uid in groups))))
        with el("tr"):
            with cell("Person"):
                draw_person(person, " · ".join(filter(None, (person.handle, account.mail))))
            cell("Role", ROLES[person.role])
            with cell("State"):
                _draw_state(account)
            cell("Groups", names or "–")
            cell("Last seen", clock(account.seen_at) if account.seen_at else "never")
            with cell(""):
                name = f"More for {person.name}"
                more = tool("more_horiz", name, on=lambda: open_menu(more, self._acts.of(account, groups)))
                attrs(more, aria_haspopup="menu")

    def _draw_links(self, links: Sequence[Invitation]) -> None:
        if not links:
            note("No link is open. Invite somebody, and it is listed here until it is used.", "mail")
            return
        with table("Open links", ("For", "What it does", "Group", "Made by", "Until", "")):
            for link in links:
                with el("tr"):
                    cell("For", link.person.name if link.person else link.mail or "anybody who has it")
                    what = "new password" if link.purpose is Purpose.RESET else f"joins as {ROLES[link.role].lower()}"
                    cell("What it does", what)
                    cell("Group", self._groups.get(link.group, "–"))
                    cell("Made by", link.made_by)
                    cell("Until", clock(link.expires_at))
                    with cell(""):
                        tool("link_off", "Withdraw this link", on=partial(self._acts.withdraw, link.uid))

    async def _search(self, words: str) -> None:
        self._words, self._limit = words, PAGE
        await self.show()

    async def _choose(self) -> None:
        self._limit = PAGE
        await self.show()

    async def _more(self) -> None:
        self._limit += PAGE
        await self.show()


def _draw_state(account: Account) -> None:
    tone, symbol, words = ("bad", "block", "Suspended") if account.suspended else ("ok", "check", "Active")
    with el("span", f"o-pill {tone}"):
        icon(symbol, "s")
        text(words, tag="span")
    if account.second_factor:
        text("second factor", "o-micro")
