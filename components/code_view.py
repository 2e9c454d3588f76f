"""A block of code on screen: while it is written, and once it is whole."""

from nicegui import ui
from nicegui.element import Element

from components.growing_text import GrowingText
from components.open_block import closing
from components.pieces import el, raw, text
from components.prose import Code, language_of


class CodeView:
    """A whole block: its name, a way to copy it, its colours."""

    def __init__(self, code: Code, box: Element | None = None) -> None:
        self.code = code
        self.box = box or el("div", "o-code")
        with self.box:
            raw(code.html)
            self._copy = text("Copy", "o-copy", tag="button", type="button", title="Copy this code")
            self._copy.on("click", self._write)

    def _write(self) -> None:
        ui.clipboard.write(self.code.source)
        self._copy.set_text("Copied")
        ui.timer(2.0, lambda: self._copy.set_text("Copy"), once=True)


class OpenCode:
    """A block whose end is not written yet: plain text, given its colours once it is whole."""

    def __init__(self, info: str, markup: str, start: int, body: int) -> None:
        self.start = start
        self._end, self._sign = closing(markup), markup[0]
        self._body = self._shown = body
        with el("div", "o-code") as self.box:
            text(language_of(info), "o-code-name")
            with el("pre", tabindex=0):
                self._words = GrowingText(el("code", "o-open"))

    def follow(self, answer: str) -> int | None:
        """Show what is new; where the block ends, as soon as that is written."""
        line = answer.rfind("\n", 0, self._shown) + 1
        if found := self._end.search(answer, max(line, self._body)):
            return found.end()
        begin = answer.rfind("\n", self._body - 1) + 1
        until = begin if answer[begin:].lstrip(" ").startswith(self._sign) else len(answer)
        if answer[until - 1] == "\n":
            until -= 1
        if until > self._shown:
            self._words.add(answer[self._shown : until])
            self._shown = until
        return None

    def close(self, code: Code) -> CodeView:
        """Turn it into a whole block in the same place."""
        self.box.clear()
        return CodeView(code, self.box)
