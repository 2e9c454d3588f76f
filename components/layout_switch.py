"""How the answers of a turn stand to one another, and whether they scroll together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from components.menu import Choice, open_menu
from components.pieces import attrs, el, tool
from components.segmented import Segmented
from services.chats.chat_settings import ChatSettings, Layout

LAYOUTS = {
    Layout.COLUMNS: ("Columns", "view_column"),
    Layout.GRID: ("Grid", "grid_view"),
    Layout.TABS: ("Tabs", "tab"),
    Layout.FOCUS: ("Focus", "center_focus_strong"),
    Layout.STACKED: ("Stacked", "view_agenda"),
}


class LayoutSwitch:
    """Side by side where there is room, a menu on a phone."""

    def __init__(self, *, choose: Callable[[Layout], object], lock: Callable[[], object]) -> None:
        self._choose = choose
        with el("div", "o-r o-wide o-layouts"):
            self._lock = tool("swap_vert", "Scroll all lanes together", on=lock)
            self._switch = Segmented(
                "Layout",
                {layout.value: name for layout, (name, _) in LAYOUTS.items()},
                Layout.COLUMNS.value,
                lambda: choose(Layout(self._switch.value)),
                hints={layout.value: name for layout, (name, _) in LAYOUTS.items()},
                symbols={layout.value: symbol for layout, (_, symbol) in LAYOUTS.items()},
            )
        self._small = tool("view_column", "Layout", "o-phone")
        self._small.on("click", lambda: open_menu(self._small, self._choices()))

    def show(self, settings: ChatSettings) -> None:
        """Show what the conversation has chosen."""
        self._switch.set(settings.layout.value)
        self._lock.classes(add="on") if settings.locked_scroll else self._lock.classes(remove="on")
        attrs(self._lock, aria_pressed=settings.locked_scroll)

    def _choices(self) -> list[Choice]:
        return [Choice(symbol, name, partial(self._choose, layout)) for layout, (name, symbol) in LAYOUTS.items()]
