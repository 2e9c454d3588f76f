"""Blind mode, switched in the bar."""

from __future__ import annotations

from collections.abc import Callable

from components.pieces import ICONS, attrs, el, icon, text, tool


class BlindSwitch:
    """A tool that hides who answers, and a word in the bar while it does."""

    def __init__(self, toggle: Callable[[], object]) -> None:
        with el("span", "o-pill accent o-wide") as self._pill:
            icon("visibility_off", "s")
            text("Blind", tag="span")
        self._tool = tool("visibility", "Blind mode", on=toggle)

    def show(self, *, on: bool) -> None:
        """Show whether names are hidden."""
        self._pill.set_visibility(on)
        self._tool.set_text(ICONS["visibility_off" if on else "visibility"])
        attrs(self._tool, aria_pressed=on, title="Leave blind mode" if on else "Blind mode: hide who answers")
        self._tool.classes(add="on" if on else "", remove="" if on else "on")
