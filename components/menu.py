"""A menu that opens below the button it belongs to and is gone when it closes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nicegui import ui
from nicegui.element import Element

from components.pieces import el, icon, text


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu; without a symbol its place stays empty, tone is ``bad`` for what takes something away."""

    symbol: str
    label: str
    act: Callable[[], object]
    tone: str = ""


def open_menu(anchor: Element, choices: Sequence[Choice]) -> None:
    """Let the person choose one of ``choices``; a menu that has not gone yet is toggled by the anchor itself."""
    if any(isinstance(child, ui.menu) for child in anchor):
        return
    first: Element | None = None
    with anchor, ui.menu() as menu, el("div", "o-pop", role="menu"):
        for choice in choices:
            with el("button", f"o-cmd {choice.tone}", type="button", role="menuitem") as made:
                if choice.symbol:
                    icon(choice.symbol, "s")
                else:
                    el("i", "o-icon s", aria_hidden=True)
                text(choice.label, tag="span")
            made.on("click", lambda act=choice.act: _take(menu, act))
            first = first or made
    menu.on("hide", menu.delete)
    if first:
        menu.on("show", lambda: first.run_method("focus"))
    menu.open()


def _take(menu: ui.menu, act: Callable[[], object]) -> object:
    menu.close()
    return act()
