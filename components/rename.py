"""A name for something, asked in a small dialog."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from components.fields import Field
from components.pieces import attrs, button, el, text, tool


def ask_name(heading: str, name: str, save: Callable[[str], object], *, label: str = "Name", most: int = 80) -> None:
    """Open a dialog that hands the new name to ``save``."""
    with ui.dialog() as dialog, el("div", "o-panel part", role="dialog", aria_label=heading):
        with el("header"):
            text(heading, "o-title o-grow", tag="h2")
            tool("close", "Close", on=dialog.close)
        with el("div", "o-form"):
            field = Field(label, value=name)
            attrs(field.input, autofocus=True, maxlength=most)

        def done() -> object:
            dialog.close()
            return save(field.value)

        field.input.on("keydown.enter", done)
        with el("footer"):
            text("", "o-grow")
            button("Save", "main", on=done)
    dialog.on("hide", dialog.delete)
    dialog.open()
