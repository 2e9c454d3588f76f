"""Short words under the bar, with a way back."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui
from nicegui.element import Element

from components.pieces import button, el, text, tool

SECONDS = 6.0
MOST = 3


class Toasts:
    """A place for messages that go by themselves."""

    def __init__(self) -> None:
        self._box = el("div", "o-toasts", role="status", aria_live="polite")

    def show(self, words: str, *, label: str = "", act: Callable[[], object] | None = None) -> None:
        """Say ``words`` for 6 seconds; ``label`` names what can be done about it."""
        for former in list(self._box)[: 1 - MOST]:
            former.delete()
        with self._box, el("div", "o-toast") as toast:
            text(words, "o-grow")
            if act:
                button(label, "small", on=lambda: _act(toast, act))
            tool("close", "Close", "tight", on=toast.delete)
            ui.timer(SECONDS, lambda: _take_away(toast), once=True)


def _take_away(toast: Element) -> None:
    if not toast.is_deleted:
        toast.delete()


def _act(toast: Element, act: Callable[[], object]) -> object:
    _take_away(toast)
    return act()
