"""What hides an answer from a glance, until somebody wants to see it."""

from __future__ import annotations

from nicegui import ui
from nicegui.element import Element

from components.pieces import attrs, button, el, relabel, text


class Veil:
    """Blur ``behind`` while its words are veiled, and let a reader lift that for themselves."""

    def __init__(self, behind: Element) -> None:
        self._behind = behind
        self._place = ui.context.slot.parent
        self._lifted = False
        self._button: Element | None = None

    def show(self, veiled: bool) -> None:
        """Veil the answer, or not."""
        if self._button is None:
            if not veiled:
                return  # nearly no answer is, and a card has to be there at once
            with self._place, el("div", "o-veil o-r o-wrap", role="note") as self._box:
                text("The rules of this place hide this answer.", "o-small o-2")
                self._button = button("", "small quiet", on=self._toggle)
        self._box.set_visibility(veiled)
        self._draw(hidden=veiled and not self._lifted)

    def _toggle(self) -> None:
        self._lifted = not self._lifted
        self._draw(hidden=not self._lifted)

    def _draw(self, *, hidden: bool) -> None:
        assert self._button
        relabel(self._button, "Show it" if hidden else "Hide it again")
        attrs(self._behind, aria_hidden=hidden or None)
        self._behind.classes(add="veiled") if hidden else self._behind.classes(remove="veiled")
