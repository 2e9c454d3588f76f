"""A link that is shown once."""

from __future__ import annotations

from nicegui import ui

from components.copying import copy_tool
from components.pieces import attrs, button, el, note, text, tool


def show_link(heading: str, words: str, address: str) -> None:
    """Open a dialog with the link, to be copied; when it is closed the link is gone."""
    with (
        ui.dialog().props("persistent") as dialog,
        el("div", "o-panel part", role="dialog", aria_label=heading),
    ):
        with el("header"):
            text(heading, "o-title o-grow", tag="h2")
            tool("close", "Close", on=dialog.close)
        with el("div", "o-form"):
            text(words, "o-2")
            with el("div", "o-r o-well"):
                text(address, "o-mono o-grow o-said o-once", tag="span")
                attrs(copy_tool("Copy the link", lambda: address), autofocus=True)
            note("It is shown only now, and works once. Hand it over in a way that nobody else reads.", "key")
        with el("footer"):
            text("", "o-grow")
            button("Done", "main", on=dialog.close)
    dialog.on("hide", dialog.delete)
    dialog.on("keydown.esc", dialog.close)
    dialog.open()
