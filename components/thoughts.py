"""What a model thought before it answered, folded away."""

from __future__ import annotations

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from components.pieces import ICONS, attrs, el, text


class Thoughts:
    """A line that unfolds to the thoughts so far; not there while there are none."""

    def __init__(self) -> None:
        self._open = False
        self._words = ""
        self._place = ui.context.slot.parent
        self._label: TextElement | None = None

    def show(self, words: str, *, thinking: bool) -> None:
        """Show the thoughts so far, and whether there will be more."""
        if self._label is None:
            if not words:
                return  # most models never think, and a card has to be there at once
            self._label = self._build()
        label = "Thinking" if thinking else "Thoughts"
        if self._label.text != label:
            self._label.set_text(label)
        if words != self._words:
            self._words = words
            self._button.set_visibility(bool(words))
            if self._open:
                self._box.set_text(words)

    def _build(self) -> TextElement:
        with self._place, el("div") as root:
            self._button = el("button", "o-think", type="button", aria_expanded=self._open).on("click", self._toggle)
            with self._button:
                self._arrow = text(ICONS["chevron_right"], "o-icon s", tag="i", aria_hidden=True)
                label = text("", tag="span")
            self._box = text("", "o-thought o-pre")
        root.move(target_index=0)
        self._box.set_visibility(False)
        return label

    def _toggle(self) -> None:
        self._open = not self._open
        attrs(self._button, aria_expanded=self._open)
        self._arrow.set_text(ICONS["expand_more" if self._open else "chevron_right"])
        self._box.set_text(self._words if self._open else "")
        self._box.set_visibility(self._open)
