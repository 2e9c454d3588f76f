"""A new title for a conversation."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from components.fields import Field
from components.pieces import attrs, button, el, text, tool


def ask_title(title: str, save: Callable[[str], object]) -> None:
    """Open a dialog that hands the new title to ``save``."""
    with ui.dialog() as dialog, el("div", "o-panel part", role="dialog", aria_label="Rename this chat"):
        with el("header"):
            text("Rename this chat", "o-title o-grow", tag="h2")
            tool("close", "Close", on=dialog.close)
        with el("div", "o-form"):
            field = Field("Title", value=title)
            attrs(field.input, autofocus=True, maxlength=200)

        def done() -> object:
            dialog.close()
            return save(field.value)

        field.input.on("keydown.enter", done)
        with el("footer"):
            text("", "o-grow")
            button("Save", "main", on=done)
    dialog.on("hide", dialog.delete)
    dialog.open()
