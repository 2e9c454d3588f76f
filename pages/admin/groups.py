"""Administration: groups, and what their members may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nicegui import ui

from components.consent import ask_consent
from components.menu import Choice, open_menu
from components.pieces import attrs, el, icon, link, note, text, tool
from pages.admin.group_form import GroupForm, shared_titles
from pages.frame import Frame
from pages.provider_words import title_of
from services.chats.conversations import NotThereError
from services.people.groups import GROUPS, Group, LeftOutError
from services.people.house import HOUSE
from services.people.rules import Feature, Rules

HERE = "/admin/groups"
NEW = "new"


async def draw_groups(frame: Frame, rest: Sequence[str]) -> bool:
    """Show the groups; or, further down the address, the rules of one."""
    if rest:
        return await _draw_group(frame, "/".join(rest))
    desk = GroupsDesk(frame)
    await desk.show()
    frame.follow("room", desk.follow())
    return True


async def _draw_group(frame: Frame, uid: str) -> bool:
    group: Group | None = None
    if uid != NEW:
        try:
            group = await frame.services.people.groups.get(frame.who, uid)
        except NotThereError:
            return False
    with el("div", "o-r"):
        with attrs(link("", HERE, "o-tool"), aria_label="Back to groups", title="Back to groups"):
            icon("arrow_back")
        text(group.name if group else "New group", "o-head o-grow o-cut", tag="h2")
    form = GroupForm(frame, group, lambda: ui.navigate.to(HERE))
    await form.draw()
    return True


class GroupsDesk:
    """The list of groups."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._groups = frame.services.people.groups
        self._shown: tuple[list[Group], Mapping[str, str]] | None = None
        with el("div", "o-r"):
            text("Groups", "o-head o-grow", tag="h2")
            with link("", f"{HERE}/{NEW}", "o-btn main"):
                icon("add", "s")
                text("New group", tag="span")
        text("What any group of a person allows is allowed. Admins are bound by no group.", "o-2")
        self._said = el("div", role="alert")
        self._list = el("div", "o-c")

    async def follow(self) -> None:
        """Show what changes, whoever changes it."""
        async for _ in self._frame.services.news.watch(GROUPS, HOUSE):
            with self._frame.unbroken():
                await self.show()

    async def show(self) -> None:
        """Show what is so now."""
        groups, titles = await self._groups.all(self._frame.who), await shared_titles(self._frame)
        if self._list.is_deleted or (groups, titles) == self._shown:
            return  # a list that is drawn anew closes the menu that is open in it
        self._shown = groups, titles
        self._list.clear()
        with self._list:
            if not groups:
                note("There is no group yet, so everybody may use everything.", "group")
                return
            with el("div", "o-card", role="list", aria_label="Groups"):
                for group in groups:
                    self._draw(group, titles)

    def _draw(self, group: Group, titles: Mapping[str, str]) -> None:
        with el("div", "o-line2", role="listitem"):
            with el("div", "o-grow o-source"):
                link(group.name, f"{HERE}/{group.uid}", "o-strong o-cut o-link o-group-name")
                text(summary(group.rules, titles), "o-small o-2 o-said")
            if group.is_default:
                with el("span", "o-pill accent"):
                    text("Default", tag="span")
            text(f"{group.members:,} member{'' if group.members == 1 else 's'}", "o-small o-2 o-fixed", tag="span")
            more = tool("more_horiz", f"More for {group.name}", on=lambda: open_menu(more, self._choices(group)))

    def _choices(self, group: Group) -> list[Choice]:
        change = Choice("edit", "Change", lambda: ui.navigate.to(f"{HERE}/{group.uid}"))
        if group.is_default:
            default = Choice("star", "No longer the default", lambda: self._make_default(""))
        else:
            default = Choice("star", "Make it the default", lambda: self._make_default(group.uid))
        return [change, default, Choice("delete", "Delete", lambda: self._ask_delete(group), "bad")]

    async def _make_default(self, uid: str) -> None:
        await self._frame.services.people.house.change(self._frame.who, lambda rules: replace(rules, group=uid))

    def _ask_delete(self, group: Group) -> None:
        with self._frame.client:
            ask_consent(
                f"Delete the group “{group.name}”?",
                "Its members stay, but its rules bind them no more. Keys shared with it alone are not used any more.",
                "Delete",
                lambda: self._delete(group),
            )

    async def _delete(self, group: Group) -> None:
        self._said.clear()
        try:
            await self._groups.delete(self._frame.who, group.uid)
        except LeftOutError as error:
            with self._said:
                note(f"“{group.name}” is still there. {error}", "group", "warn")


def summary(rules: Rules, titles: Mapping[str, str]) -> str:
    """Return what the rules come to, in a line; ``titles`` names what the server has."""
    providers = None if rules.providers is None else [titles.get(name) or title_of(name) for name in rules.providers]
    idle = () if rules.providers is None else (Feature.ENDPOINTS,)  # one's own is never among chosen providers
    features = None if rules.features is None else [each for each in rules.features if each not in idle]
    parts = [
        "every provider" if providers is None else ", ".join(providers) or "no provider",
        "" if rules.models is None else f"models {', '.join(rules.models) or 'none'}",
        "" if rules.lanes is None else f"{rules.lanes} lane{'' if rules.lanes == 1 else 's'}",
        "" if rules.answers is None else f"{rules.answers} answers at once",
        "" if features is None else f"with {', '.join(features)}" if features else "no features",
    ]
    return " · ".join(filter(None, parts))
