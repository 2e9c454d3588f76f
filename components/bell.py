"""What a person was told: a bell that says whether there is news, and a short list behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from nicegui import ui
from nicegui.element import Element

from components.figures import clock
from components.pieces import attrs, button, el, icon, raw, text, tool
from services.notices import Notice

LONGEST = 300  # characters of a line


class Bell:
    """A button in the bar; its list stays in step while it is open, newest first, and nothing blinks."""

    def __init__(self, *, choose: Callable[[Notice], object], read_all: Callable[[], object]) -> None:
        self._choose = choose
        self._read_all = read_all
        self._notices: Sequence[Notice] = ()
        self._list: Element | None = None
        self._first: Element | None = None
        with el("div", "o-bell"):
            self._button = tool("notifications", "Notifications", on=self._open)
            self._dot = el("i", "o-unread", aria_hidden=True)
        self._dot.set_visibility(False)

    def show(self, notices: Sequence[Notice]) -> None:
        """Show what the person was told."""
        self._notices = notices
        unread = sum(notice.read_at is None for notice in notices)
        name = f"Notifications, {unread} unread" if unread else "Notifications"
        attrs(self._button, title=name, aria_label=name)
        self._dot.set_visibility(unread > 0)
        if self._list and not self._list.is_deleted:
            self._draw(self._list)

    def _open(self) -> None:
        if any(isinstance(child, ui.menu) for child in self._button):
            return
        with (
            self._button,
            ui.menu() as menu,
            el("div", "o-pop o-news", role="dialog", aria_label="Notifications") as box,
        ):
            self._list = box
            self._draw(box)
        menu.on("hide", menu.delete)
        menu.on("show", lambda: self._first.run_method("focus") if self._first else None)
        menu.open()

    def _draw(self, box: Element) -> None:
        box.clear()
        self._first = None
        with box:
            with el("div", "o-r o-news-head"):
                text("Notifications", "o-strong o-grow", tag="h2")
                if any(notice.read_at is None for notice in self._notices):
                    self._first = button("Mark all as read", "small quiet", on=self._read_all)
            if not self._notices:
                text("Nothing yet. New models and what failed will be told here.", "o-small o-2 o-news-none")
            for notice in self._notices:
                made = self._row(notice)
                self._first = self._first or made

    def _row(self, notice: Notice) -> Element:
        with el("button", "o-hit o-told", type="button") as made:
            icon("new_releases" if notice.read_at is None else "check", "o-3")
            weight = "o-strong" if notice.read_at is None else "o-2"
            raw(
                f'<span class="{weight}">{escape(notice.title[:LONGEST])}</span>'
                f'<span class="o-small o-2">{escape(notice.text[:LONGEST])}</span>',
                "o-grow o-told-words",
            )
            text(clock(notice.created_at), "o-micro o-fixed", tag="span")
            if notice.read_at is None:
                text("Unread", "o-unseen", tag="span")
        return made.on("click", lambda: self._choose(notice))
