"""A question before something is gone for good, or done that is seldom meant."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from components.pieces import attrs, button, el, text


def ask_consent(
    title: str,
    words: str,
    label: str,
    act: Callable[[], object],
    *,
    keep: str = "Keep it",
    back: Callable[[], object] | None = None,
    tone: str = "quiet bad",
) -> None:
    """Open a dialog that does ``act``, which ``label`` names; ``keep`` goes ``back``, Escape leaves all as it is."""
    with ui.dialog() as dialog, el("div", "o-panel part", role="alertdialog", aria_label=title):
        with el("header"):
            text(title, "o-title o-grow", tag="h2")
        with el("div", "o-form"):
            text(words, "o-2")

        def done() -> object:
            dialog.close()
            return act()

        def leave() -> object:
            dialog.close()
            return back() if back else None

        with el("footer"):
            text("", "o-grow")
            attrs(button(keep, on=leave), autofocus=True)
            button(label, tone, on=done)
    dialog.on("hide", dialog.delete)
    dialog.open()
