"""The list at the side: the conversations of one person by age."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import groupby

from nicegui import ui
from nicegui.events import GenericEventArguments

from components.figures import day
from components.marks import dots_html
from components.menu import Choice, open_menu
from components.pieces import el, icon, logo, raw, text, tool
from services.conversations import Heading

THEMES = {"auto": ("palette", "As the computer"), "light": ("light_mode", "Light"), "dark": ("dark_mode", "Dark")}


@dataclass(frozen=True, slots=True, kw_only=True)
class RailActions:
    """What the list asks of the page; each of the first three takes a conversation's uid."""

    rename: Callable[[str], object]
    export: Callable[[str, str], object]
    delete: Callable[[str], object]
    theme: Callable[[str], object]


class Rail:
    """Draw the list once, and its rows anew when they change."""

    def __init__(self, actions: RailActions, *, theme: str) -> None:
        self._actions = actions
        self._shown: object = None
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
            self._rows = el("div", "o-grow o-list")
            self._theme = el("div", "o-r")
        self.show_theme(theme)

    def toggle(self) -> None:
        """Show the list, or hide it."""
        self._drawer.toggle()

    def _find_place(self, event: GenericEventArguments) -> None:
        self._beside = bool(event.args)

    def _give_way(self) -> None:
        """Hide the list if it lies over the chat that was chosen, as it does on a phone."""
        if not self._beside:
            self._drawer.hide()

    def show(self, headings: list[Heading], active: str) -> None:
        """Show the conversations, the one that is open marked."""
        rows = [(heading.uid, heading.title, day(heading.updated_at), heading.models) for heading in headings]
        if (rows, active) == self._shown:
            return
        self._shown = (rows, active)
        self._rows.clear()
        with self._rows:
            if not headings:
                text("Your chats will be listed here.", "o-day")
            for name, of_day in groupby(headings, key=lambda heading: day(heading.updated_at)):
                text(name, "o-day", tag="h2")
                for heading in of_day:
                    self._row(heading, on=heading.uid == active)

    def choices(self, uid: str) -> list[Choice]:
        """Return what can be done with a conversation."""
        actions = self._actions
        return [
            Choice("edit", "Rename", lambda: actions.rename(uid)),
            Choice("download", "Export as Markdown", lambda: actions.export(uid, "md")),
            Choice("code", "Export as JSON", lambda: actions.export(uid, "json")),
            Choice("delete", "Delete", lambda: actions.delete(uid), "bad"),
        ]

    def show_theme(self, theme: str) -> None:
        """Show which of light, dark and automatic is chosen."""
        self._theme.clear()
        names = list(THEMES)
        following = names[(names.index(theme) + 1) % len(names)]
        with self._theme, el("button", "o-row", type="button") as change:
            icon(THEMES[theme][0])
            text(f"Theme: {THEMES[theme][1].lower()}", "o-grow", tag="span")
        change.on("click", lambda: self._actions.theme(following))

    def _row(self, heading: Heading, *, on: bool) -> None:
        with el("div", "o-row o-chat" + (" on" if on else "")):
            current = "page" if on else None
            with el("a", "o-grow o-r", href=f"/c/{heading.uid}", title=heading.title, aria_current=current) as chat:
                chat.on("click", self._give_way)
                raw(
                    f'<span class="o-cut o-grow">{escape(heading.title)}</span>{dots_html(heading.models)}',
                    "o-grow o-r",
                )
            more = tool("more_horiz", f"More for {heading.title}", "tight o-more")
            more.on("click", lambda: self._menu(more, heading.uid))

    def _menu(self, anchor: ui.element, uid: str) -> None:
        open_menu(anchor, self.choices(uid))
