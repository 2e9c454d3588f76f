"""Text that only gets longer, in few elements of which only the last is ever sent again."""

from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from components.pieces import text

PIECE = 1_000  # signs
STEP = 4  # pieces get one size larger after so many


class GrowingText:
    """Words added inside an element; what stands is not touched, so it stays selected and costs nothing."""

    def __init__(self, parent: Element) -> None:
        self._parent = parent
        self._pieces = 0
        self._last: TextElement | None = None

    def add(self, words: str) -> None:
        """Put words at the end."""
        if not words:
            return
        if self._last and len(self._last.text) < PIECE * (1 + self._pieces // STEP):
            self._last.set_text(self._last.text + words)
            return
        with self._parent:
            self._last = text(words, tag="span")
        self._pieces += 1
