"""An answer's Markdown as the words that a reader sees, without the signs that shape them."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from components.prose import LONGEST, parse

BREAKS = {"softbreak", "hardbreak"}
AS_IT_IS = {"fence", "code_block", "math_block", "math_block_label"}
INDENT = "   "
RULE = "* * *"


def words_of(markdown: str) -> str:
    """Return the words line by line; of a very long answer the end as it was written."""
    text = _Words(parse(markdown[:LONGEST], {})).text
    return text + markdown[LONGEST:] if len(markdown) > LONGEST else text


class _Words:
    """The lines of blocks: points numbered or dotted, cells of a row side by side, a blank line between blocks."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._lines: list[str] = []
        self._numbers: list[int | None] = []  # of the lists around: the next number, none where points are dotted
        self._cells: list[str] | None = None
        self._lead = ""
        for token in tokens:
            self._take(token)
            if token.level == 0 and token.nesting <= 0:
                self._lines.append("")

    @property
    def text(self) -> str:
        return "\n".join(self._lines).strip("\n")

    def _take(self, token: Token) -> None:
        match token.type:
            case "ordered_list_open":
                self._numbers.append(int(token.attrs.get("start", 1)))
            case "bullet_list_open":
                self._numbers.append(None)
            case "ordered_list_close" | "bullet_list_close":
                self._numbers.pop()
            case "list_item_open":
                self._lead = self._point()
            case "tr_open" | "tr_close":
                self._row()
            case _:
                self._say(token)

    def _say(self, token: Token) -> None:
        if token.type in AS_IT_IS:
            self._lines += token.content.removesuffix("\n").split("\n")
        elif token.type == "hr":
            self._lines.append(RULE)
        elif token.type == "inline" and self._cells is not None:
            self._cells.append(_seen(token))
        elif token.type == "inline":
            first, *others = _seen(token).split("\n")
            around = INDENT * len(self._numbers)
            self._lines += [(self._lead or around) + first, *(around + other for other in others)]
            self._lead = ""

    def _point(self) -> str:
        number = self._numbers[-1]
        if number is not None:
            self._numbers[-1] = number + 1
        return INDENT * (len(self._numbers) - 1) + ("• " if number is None else f"{number}. ")

    def _row(self) -> None:
        """Begin a row of a table, or end it."""
        if self._cells is None:
            self._cells = []
        else:
            self._lines.append(" | ".join(self._cells))
            self._cells = None


def _seen(inline: Token) -> str:
    return "".join("\n" if each.type in BREAKS else each.content for each in inline.children or ())
