"""The list at the side: the conversations of one person by age."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from components.figures import day
from components.marks import dots_html
from components.menu import Choice, open_menu
from components.pieces import ICONS, attrs, button, el, icon, logo, text, tool
from services.chats.conversations import Heading


@dataclass(frozen=True, slots=True, kw_only=True)
class RailActions:
    """What the list asks of the page; ``choices`` are those of a conversation, by its uid."""

    choices: Callable[[str], Sequence[Choice]]
    older: Callable[[], object]


class Rail:
    """Draw the list once, then what changes in it."""

    def __init__(self, actions: RailActions, *, admin: bool) -> None:
        self._actions = actions
        self._drawn: dict[str, _Day | _Row] = {}
        self._beside = True
        self._drawer = ui.left_drawer(value=None).props("width=252 breakpoint=899 :bordered=false")
        self._drawer.on("onLayout", self._find_place)
        with self._drawer, el("nav", "o-rail", aria_label="Chats"):
            with el("div", "o-r o-brand"):
                logo(21)
                text("OmniChat", "o-title o-grow")
                tool("left_panel_close", "Hide the list", on=self.toggle)
            with el("a", "o-row", href="/").on("click", self._give_way):
                icon("edit_square")
                text("New chat", "o-grow", tag="span")
            leaders = self._place("/leaderboard", "leaderboard", "Leaderboard")
            self._empty = text("Your chats will be listed here.", "o-day")
            with el("div", "o-grow o-list"):
                self._rows = el("div")
                self._older = button("Show older chats", "small quiet", on=actions.older)
            self._places = {"/leaderboard": leaders}
            if admin:
                self._places["/admin"] = self._place("/admin", "admin_panel_settings", "Administration")
            self._places |= {
                "/settings": self._place("/settings", "settings", "Settings"),
                "/help": self._place("/help", "help", "Help"),
            }
            self.foot = el("div")

    def toggle(self) -> None:
        """Show the list, or hide it."""
        self._drawer.toggle()

    def _find_place(self, event: GenericEventArguments) -> None:
        self._beside = bool(event.args)

    def _give_way(self) -> None:
        """Hide the list if it lies over the chat that was chosen, as it does on a phone."""
        if not self._beside:
            self._drawer.hide()

    def show(self, headings: list[Heading], active: str, *, more: bool) -> None:
        """Show the conversations, the one, or the place, that is open marked, and whether there are older ones."""
        days = {heading.uid: day(heading.updated_at) for heading in headings}
        order = [uid for name, of_day in groupby(days, key=days.__getitem__) for uid in (f"#{name}", *of_day)]
        for gone in self._drawn.keys() - set(order):
            self._drawn.pop(gone).root.delete()
        by_uid = {heading.uid: heading for heading in headings}
        for at, uid in enumerate(order):
            if uid not in self._drawn:
                with self._rows:
                    self._drawn[uid] = _Day(uid[1:]) if uid[0] == "#" else _Row(uid, self._give_way, self._menu)
            drawn = self._drawn[uid]
            if isinstance(drawn, _Row):
                drawn.show(by_uid[uid], on=uid == active)
            if self._rows.default_slot.children[at] is not drawn.root:
                drawn.root.move(target_index=at)
        for address, place in self._places.items():
            place.classes(add="on") if address == active else place.classes(remove="on")
            attrs(place, aria_current="page" if address == active else None)
        self._empty.set_visibility(not headings)
        self._older.set_visibility(more)

    def _place(self, address: str, symbol: str, label: str) -> Element:
        with el("a", "o-row", href=address).on("click", self._give_way) as place:
            icon(symbol)
            text(label, "o-grow", tag="span")
        return place

    def _menu(self, anchor: Element, uid: str) -> None:
        open_menu(anchor, self._actions.choices(uid))


class _Day:
    """The heading above the conversations of a day."""

    def __init__(self, name: str) -> None:
        self.root = text(name, "o-day", tag="h2")


class _Row:
    """One conversation; only what changed is drawn again, since every open page follows every change."""

    def __init__(self, uid: str, give_way: Callable[[], None], menu: Callable[[Element, str], None]) -> None:
        self._shown: object = None
        self.root = el("div", "o-row o-chat")
        with self.root:
            self._link = ui.html("", sanitize=False, tag="a").classes("o-grow o-r").on("click", give_way)
            attrs(self._link, href=f"/c/{uid}")
            self._more = text(ICONS["more_horiz"], "o-tool tight o-icon", tag="button", type="button")
            self._more.on("click", lambda: menu(self._more, uid))

    def show(self, heading: Heading, *, on: bool) -> None:
        """Show title and models, marked if it is the open one."""
        shown = (heading.title, heading.models, on)
        if shown == self._shown:
            return
        self._shown = shown
        title, name = heading.title, f"More for {heading.title}"
        self.root.classes(add="on") if on else self.root.classes(remove="on")
        attrs(self._link, title=title, aria_current="page" if on else None)
        self._link.set_content(f'<span class="o-cut o-grow">{escape(title)}</span>{dots_html(heading.models)}')
        attrs(self._more, title=name, aria_label=name)
