"""Ordinary blocks on screen: finished ones, and the one that is still open."""

from nicegui import ui
from nicegui.element import Element

from components.growing_text import GrowingText
from components.open_block import with_caret
from components.pieces import el

LARGE = 3_000  # signs of one block above which it is not read anew at each step
HUGE = 20_000


class ProseView:
    """Blocks in one element."""

    def __init__(self, html: str) -> None:
        self.box = ui.html(html, sanitize=False).classes("o-prose")


class OpenProse:
    """The block being written, with a caret; what was written since it was last read follows as plain text."""

    def __init__(self) -> None:
        self._view: ProseView | None = None
        self._plain: Element | None = None
        self._words: GrowingText | None = None
        self._read = self._added = 0

    def wants(self, source: str) -> bool:
        """Tell whether to read this block anew; a large one only each time it has grown by a part of itself."""
        size = len(source)
        return size <= LARGE or not self._view or size - self._read > size // (16 if size < HUGE else 4)

    def show(self, html: str, size: int) -> None:
        """Show the block as read when it was this long."""
        self._drop_plain()
        self._put(with_caret(html))
        self._read = self._added = size

    def add(self, source: str) -> None:
        """Show what was written since, unread."""
        if not self._words:
            self._plain = el("div", "o-prose o-plain o-open")
            self._words = GrowingText(self._plain)
        self._words.add(source[self._added :])
        self._added = len(source)

    def become(self, html: str) -> ProseView:
        """Turn it into finished blocks in the same place."""
        self._drop_plain()
        view = self._put(html)
        self._view, self._read, self._added = None, 0, 0
        return view

    def drop(self) -> None:
        """Take it away."""
        self._drop_plain()
        if self._view:
            self._view.box.delete()
        self._view, self._read, self._added = None, 0, 0

    def _put(self, html: str) -> ProseView:
        if self._view:
            self._view.box.set_content(html)
        else:
            self._view = ProseView(html)
        return self._view

    def _drop_plain(self) -> None:
        if self._plain:
            self._plain.delete()
        self._plain = self._words = None
