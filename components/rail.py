"""The list at the side: the conversations of one person by age."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import groupby

from nicegui import ui

from components.figures import day
from components.marks import dots_html, provider_of
from components.pieces import el, icon, logo, menu_item, raw, text, tool
from services.conversations import Heading

THEMES = {"auto": ("contrast", "As the computer"), "light": ("light_mode", "Light"), "dark": ("dark_mode", "Dark")}


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
        self._drawer = ui.left_drawer(value=None).props("width=252 breakpoint=899 :bordered=false").classes("o-drawer")
        with self._drawer, el("nav", "o-rail").props('aria-label="Chats"'):
            with el("div", "o-r o-brand"):
                logo(21)
                text("OmniChat", "o-title o-grow")
                tool("left_panel_close", "Hide the list", on=self.toggle)
            with el("a", "o-row").props('href="/"'):
                icon("edit_square")
                text("New chat", "o-grow", tag="span")
            self._rows = el("div", "o-grow o-list")
            self._theme = el("div", "o-r")
        self.show_theme(theme)

    def toggle(self) -> None:
        """Show the list, or hide it."""
        self._drawer.toggle()

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

    def show_theme(self, theme: str) -> None:
        """Show which of light, dark and automatic is chosen."""
        self._theme.clear()
        names = list(THEMES)
        following = names[(names.index(theme) + 1) % len(names)]
        with self._theme, el("button", "o-row").props("type=button") as change:
            icon(THEMES[theme][0])
            text(f"Theme: {THEMES[theme][1].lower()}", "o-grow", tag="span")
        change.on("click", lambda: self._actions.theme(following))

    def _row(self, heading: Heading, *, on: bool) -> None:
        with el("div", "o-row o-chat" + (" on" if on else "")):
            with el("a", "o-grow o-r") as link:
                raw(
                    f'<span class="o-cut o-grow">{escape(heading.title)}</span>'
                    + dots_html(provider_of(model) for model in heading.models),
                    "o-grow o-r",
                )
            link.props["href"] = f"/c/{heading.uid}"
            link.props["title"] = heading.title
            if on:
                link.props["aria-current"] = "page"
            more = tool("more_horiz", f"More for {heading.title}", "tight o-more")
            more.on("click", lambda: self._menu(more, heading.uid))

    def _menu(self, anchor: ui.element, uid: str) -> None:
        actions = self._actions
        with anchor, ui.menu().classes("o-menu") as menu:
            menu_item("edit", "Rename", lambda: actions.rename(uid))
            menu_item("download", "Export as Markdown", lambda: actions.export(uid, "md"))
            menu_item("data_object", "Export as JSON", lambda: actions.export(uid, "json"))
            menu_item("delete", "Delete", lambda: actions.delete(uid), "bad")
        menu.on("hide", menu.delete)
        menu.open()
