"""The block of Markdown that is still being written: what before it is final, and how to show it half done."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

LIST = 1_500  # signs of a list after which its finished items stand for themselves
FENCE = re.compile(r"^\s*(?:```|~~~)", re.MULTILINE)
UNDECIDED = re.compile(r"\s*(?:[-=*_+#>~`|:\\ ]+|\d{1,3}[.)]?|(?:[-*+]|\d{1,3}[.)]) \[[ xX]?)\s*")
SURE = re.compile(r"\s*[^\s\d#*+\-=_~`>|:\\].")
HALF_LINK = re.compile(r"!?\[(?P<words>[^\[\]\n]*)(?:\]\([^()\n]*)?$")
SPAN = re.compile(r"(`+)[^`]+\1")
TICKS = re.compile(r"`+")
STAR = re.compile(r"(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*])")
CLOSERS = re.compile(r"(?:\s*</(?:p|li|ul|ol|blockquote|h[1-6]|table|thead|tbody|tr|th|td|div|pre)>)*\s*$")
CARET = '<span class="o-caret"></span>'


def displayable(source: str) -> str:
    """Finish the marks that are open in the last line, and hold a line back that may become anything."""
    head, newline, line = source.rpartition("\n")
    if UNDECIDED.fullmatch(line):
        return head + newline
    if len(FENCE.findall(source)) % 2:
        return source
    return head + newline + _close(line)


def settled(tokens: Sequence[Token], source: str) -> tuple[int, int]:
    """Say up to which token and which line nothing can change any more."""
    starts = [at for at, token in enumerate(tokens) if token.level == 0 and token.nesting >= 0]
    last_line = source.count("\n")
    after = len(tokens)
    while starts and not _sure(tokens[starts[-1]], source, last_line):
        after = starts.pop()
    if not starts:
        return 0, 0
    if is_closed(tokens[starts[-1]], source):
        return after, _lines(tokens[starts[-1]])[1]
    return starts[-1], _lines(tokens[starts[-1]])[0]


def settled_items(tokens: Sequence[Token], source: str) -> tuple[list[Token], int]:
    """Split a long list: the tokens of its finished items as a list of their own, and the line the rest begins at."""
    if not tokens or not tokens[0].type.endswith("_list_open") or len(source) < LIST:
        return [], 0
    last_line = source.count("\n")
    items = [at for at, token in enumerate(tokens) if token.level == 1 and token.type == "list_item_open"]
    while items and not _sure(tokens[items[-1]], source, last_line):
        items.pop()
    if len(items) < 2:
        return [], 0
    return [*tokens[: items[-1]], tokens[-1]], _lines(tokens[items[-1]])[0]


def is_closed(token: Token, source: str) -> bool:
    """Tell whether a fence has its last line."""
    if token.type != "fence":
        return False
    first, end = _lines(token)
    lines = source.split("\n")
    return end - first > 1 and end < len(lines) and bool(closing(token.markup).match(lines[end - 1] + "\n"))


def closing(markup: str) -> re.Pattern[str]:
    """Make the pattern of the line that ends a fence."""
    return re.compile(rf"^ {{0,3}}{re.escape(markup[0])}{{{len(markup)},}}[ \t]*\n", re.MULTILINE)


def offset(source: str, line: int) -> int:
    """Find where a line begins."""
    at = 0
    for _ in range(line):
        at = source.index("\n", at) + 1
    return at


def with_caret(html: str) -> str:
    """Put the caret behind the last word."""
    end = CLOSERS.search(html, max(0, len(html) - 200))
    at = end.start() if end else len(html)
    return f"{html[:at]}{CARET}{html[at:]}"


def _close(line: str) -> str:
    if _open_ticks(line):
        bare = line.rstrip("`")
        return bare + _open_ticks(bare)
    line = HALF_LINK.sub(lambda half: half["words"], line)
    for mark in ("**", "__", "~~"):
        if SPAN.sub("", line).count(mark) % 2:
            line = _shut(line, mark)
    if len(STAR.findall(SPAN.sub("", line).replace("**", ""))) % 2:
        line = _shut(line, "*")
    return line


def _open_ticks(line: str) -> str:
    """Find the backticks that began code and wait for their like."""
    opened = ""
    for run in TICKS.findall(line):
        opened = "" if run == opened else opened or run
    return opened


def _shut(line: str, mark: str) -> str:
    """Close a mark; one that has nothing behind it yet is left out."""
    bare = line.rstrip().rstrip(mark[0])
    return f"{bare}{mark}" if bare.count(mark) % 2 else bare


def _sure(token: Token, source: str, last_line: int) -> bool:
    """Tell whether a block begins for certain here; in an unfinished line it may still belong to the one before."""
    first = _lines(token)[0]
    return first < last_line or bool(SURE.match(source, source.rfind("\n") + 1))


def _lines(token: Token) -> list[int]:
    return token.map or [0, 0]
