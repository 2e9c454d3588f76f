"""Copying that says it was done."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from components.pieces import ICONS, tool

SECONDS = 2.0


def copy_tool(name: str, words: Callable[[], str]) -> TextElement:
    """Make a button that copies ``words`` and shows for two seconds that it did."""
    made = tool("content_copy", name, "tight")

    def copy() -> None:
        ui.clipboard.write(words())
        made.set_text(ICONS["check"])
        ui.timer(SECONDS, back, once=True)

    def back() -> None:
        if not made.is_deleted:
            made.set_text(ICONS["content_copy"])

    made.on("click", copy)
    return made
