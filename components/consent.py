"""A question before something is gone for good."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from components.pieces import attrs, button, el, text


def ask_consent(title: str, words: str, label: str, act: Callable[[], object]) -> None:
    """Open a dialog that does ``act``, which ``label`` names, or nothing; Escape leaves everything as it is."""
    with ui.dialog() as dialog, el("div", "o-panel part", role="alertdialog", aria_label=title):
        with el("header"):
            text(title, "o-title o-grow", tag="h2")
        with el("div", "o-form"):
            text(words, "o-2")

        def done() -> object:
            dialog.close()
            return act()

        with el("footer"):
            text("", "o-grow")
            attrs(button("Keep it", on=dialog.close), autofocus=True)
            button(label, "quiet bad", on=done)
    dialog.on("hide", dialog.delete)
    dialog.open()
