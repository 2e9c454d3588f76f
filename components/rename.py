"""A new title for a conversation."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from components.pieces import button, el, text, tool


def ask_title(title: str, save: Callable[[str], object]) -> None:
    """Open a dialog that hands the new title to ``save``."""
    with ui.dialog() as dialog, el("div", "o-panel part", role="dialog", aria_label="Rename this chat"):
        with el("header"):
            text("Rename this chat", "o-title o-grow", tag="h2")
            tool("close", "Close", on=dialog.close)
        with el("div", "o-form"), el("label", "o-field"):
            text("Title", tag="span")
            field = ui.input(value=title).props("borderless dense autofocus maxlength=200").classes("o-input")

        def done() -> object:
            dialog.close()
            return save(field.value or "")

        field.on("keydown.enter", done)
        with el("footer"):
            text("", "o-grow")
            button("Save", "main", on=done)
    dialog.on("hide", dialog.delete)
    dialog.open()
