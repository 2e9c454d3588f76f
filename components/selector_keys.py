"""A model selector without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from components.composer import COMPOSING

PAGE = 8  # rows
FURTHEST = 200
STEPS = {"down": 1, "up": -1, "page-down": PAGE, "page-up": -PAGE, "home": -FURTHEST, "end": FURTHEST}


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorKeys:
    """What keys do; ``move`` and ``count`` take a number of steps."""

    enter_list: Callable[[], object]
    move: Callable[[int], object]
    toggle: Callable[[], object]
    count: Callable[[int], object]
    favour: Callable[[], object]
    search: Callable[[], object]
    ask: Callable[[], object]


def take_keys(search: ui.input, grid: Element, keys: SelectorKeys) -> None:
    """Let the search lead down into the list, and the list take arrows, signs and letters of its own."""

    def entered(event: GenericEventArguments) -> object:
        composing = event.args.get("isComposing") or event.args.get("keyCode") == COMPOSING
        return None if composing else keys.ask()

    def pressed(event: GenericEventArguments) -> object:
        if any(event.args.get(held) for held in ("ctrlKey", "metaKey", "altKey")):
            return None
        act = signs.get(str(event.args.get("key", "")).lower())
        return act() if act else None

    signs: dict[str, Callable[[], object]] = {
        "+": partial(keys.count, 1),
        "=": partial(keys.count, 1),
        "-": partial(keys.count, -1),
        "f": keys.favour,
        "/": keys.search,
    }
    search.on("keydown.down.prevent", keys.enter_list)
    search.on("keydown.enter", entered, args=["isComposing", "keyCode"])
    for name, step in STEPS.items():
        grid.on(f"keydown.{name}.prevent", partial(keys.move, step))
    grid.on("keydown.space.prevent", keys.toggle)
    grid.on("keydown.enter.prevent", keys.ask)
    grid.on("keydown", pressed, args=["key", "ctrlKey", "metaKey", "altKey"])
