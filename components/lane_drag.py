"""Cards that are dragged by their heads into another place."""

from __future__ import annotations

from collections.abc import Callable

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from components.pieces import attrs

GRAB = "event => {{ event.dataTransfer.setData('text/lane', '{uid}'); event.dataTransfer.effectAllowed = 'move' }}"
OVER = "event => { if (event.dataTransfer.types.includes('text/lane')) event.preventDefault() }"
DROP = "event => { event.preventDefault(); emit(event.dataTransfer.getData('text/lane')) }"


def take_part(card: Element, lane_uid: str, move: Callable[[str, str], object]) -> None:
    """Let the card be dragged by its head, and let others be dropped on it, which ``move`` then carries out."""

    def dropped(event: GenericEventArguments) -> object:
        return move(str(event.args), lane_uid)

    head = next(iter(card))
    attrs(head, draggable="true")
    head.on("dragstart", js_handler=GRAB.format(uid=lane_uid))
    card.on("dragover", js_handler=OVER)
    card.on("drop", dropped, js_handler=DROP)
