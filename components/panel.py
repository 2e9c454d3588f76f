"""A small dialog: a heading, a way to close it, and what is drawn inside."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from nicegui import ui

from components.pieces import attrs, el, text, tool


@contextmanager
def panel(heading: str) -> Generator[ui.dialog, None, None]:
    """Open a dialog with what is drawn inside; it is gone for good once it is closed."""
    with ui.dialog() as dialog, el("div", "o-panel part"):
        with el("header"):
            text(heading, "o-title o-grow o-cut", tag="h2")
            tool("close", "Close", on=dialog.close)
        yield dialog
    attrs(dialog, aria_label=heading).on("hide", dialog.delete)
    dialog.open()
