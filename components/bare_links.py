"""Addresses written without any marks become links, in time that grows with the text alone."""

import re
from collections.abc import Iterator

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

ADDRESS = re.compile(r"""https?://[^\s<>"'`{}|\\^]{1,2000}""", re.IGNORECASE)
LEFT_OUT = ".,;:!?*_~"
PAIRS = {")": "(", "]": "["}


def bare_links(state: StateCore) -> None:
    """Put links where the words of a paragraph hold an address, not inside other links."""
    for token in state.tokens:
        if token.type == "inline" and token.children and "://" in token.content:
            token.children = list(_linked(token.children))


def _linked(children: list[Token]) -> Iterator[Token]:
    inside = 0
    for child in children:
        inside += child.nesting if child.type.startswith("link_") else 0
        if child.type == "text" and not inside and "://" in child.content:
            yield from _cut(child.content, child.level)
        else:
            yield child


def _cut(words: str, level: int) -> Iterator[Token]:
    done = 0
    for found in ADDRESS.finditer(words):
        address = _trim(found[0])
        if len(address) <= address.index("//") + 2:
            continue
        yield _text(words[done : found.start()], level)
        yield Token("link_open", "a", 1, {"href": address}, level=level)
        yield _text(address, level + 1)
        yield Token("link_close", "a", -1, level=level)
        done = found.start() + len(address)
    yield _text(words[done:], level)


def _trim(address: str) -> str:
    """Leave out what belongs to the sentence: its full stop, a bracket that was opened before."""
    while address:
        last = address[-1]
        if last in LEFT_OUT or (last in PAIRS and address.count(last) > address.count(PAIRS[last])):
            address = address[:-1]
        else:
            break
    return address


def _text(words: str, level: int) -> Token:
    return Token("text", "", 0, content=words, level=level)
