"""Code in colours, as far as they can be found without holding up everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import escape
from time import perf_counter

from pygments import format as write
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Text, _TokenType
from pygments.util import ClassNotFound

LONGEST = 20_000  # signs; longer blocks stay plain
KEPT = 8_000  # signs; a block that is not longer is remembered with its colours
PATIENCE = 0.04  # seconds for one block; the rest of it stays plain
# Lexers that were seen to take their time in proportion to what they read; those of console sessions do not.
NAMES = """
bash c c# c++ clojure cpp cs csharp css dart diff docker dockerfile elixir erlang go golang graphql haskell hcl html
ini java javascript js json jsx julia kotlin latex lua make makefile markdown md nginx ocaml php powershell ps1 py
python python3 r rb ruby rs rust scala sh shell sql swift tex toml ts tsx typescript vim xml yaml yml zig zsh
"""
KNOWN = frozenset(NAMES.split())
FORMATTER = HtmlFormatter(nowrap=True)


def coloured(language: str, source: str) -> str:
    """Return ``source`` as markup, in colours where its language is known."""
    return _kept(language.lower(), source) if len(source) <= KEPT else _coloured(language.lower(), source)


@lru_cache(128)
def _kept(language: str, source: str) -> str:
    return _coloured(language, source)


def _coloured(language: str, source: str) -> str:
    lexer = _lexer(language) if len(source) <= LONGEST else None
    if lexer is None:
        return escape(source)
    return write(_in_time(lexer, source), FORMATTER).removesuffix("\n")


def _in_time(lexer: Lexer, source: str) -> Iterator[tuple[_TokenType, str]]:
    """Yield what the lexer finds until its time is up, then the rest as it is."""
    end, read = perf_counter() + PATIENCE, 0
    for kind, words in lexer.get_tokens(source):
        read += len(words)
        yield kind, words
        if perf_counter() > end:
            yield Text, source[read:]
            return


@lru_cache(64)
def _lexer(language: str) -> Lexer | None:
    if language not in KNOWN:
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
