"""What is done with words that admins do not want here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeAlias

MOST_WORDS: Final = 2_000
LONGEST_WORD: Final = 100  # characters
GAP: Final = r"\s+"
ANY_ENDING: Final = r"\w*"
END: Final = ""

_Tree: TypeAlias = "dict[str, _Tree]"


class Deed(StrEnum):
    """What happens to a prompt or an answer that is found wanting."""

    NONE = "none"
    FLAG = "flag"
    BLUR = "blur"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationPolicy:
    """What is looked for, and what is done: nothing, until admins want it.

    ``words`` are words and phrases in any case, a ``*`` at the end standing for any ending. ``model`` is one that
    judges texts, such as ``openai/omni-moderation-latest``, or empty.
    """

    prompts: Deed = Deed.NONE
    answers: Deed = Deed.NONE
    words: tuple[str, ...] = ()
    model: str = ""

    def found_in(self, text: str) -> tuple[str, ...]:
        """Return which of the words stand in ``text``, each once."""
        if not self.words:
            return ()
        return tuple(dict.fromkeys(found.group() for found in _pattern(self.words).finditer(_plain(text))))


NO_MODERATION: Final = ModerationPolicy()


def cleaned(words: str) -> tuple[str, ...]:
    """Return the words that somebody typed, one a line; raise ``ValueError`` with what is wrong."""
    found = tuple(dict.fromkeys(word for line in words.splitlines() if (word := " ".join(_plain(line).split()))))
    if len(found) > MOST_WORDS:
        raise ValueError(f"That are {len(found):,} words; a list takes {MOST_WORDS:,}.")
    for word in found:
        if len(word) > LONGEST_WORD:
            raise ValueError(f"“{word[:20]}…” is too long; a line takes {LONGEST_WORD} characters.")
        if not word.strip("*"):
            raise ValueError("A line of nothing but * would find everything.")
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=4)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds the longest of the words; as a tree it costs about the same for one word and for thousands."""
    tree: _Tree = {}
    for word in words:
        branch = tree
        for step in _steps(_plain(word)):
            branch = branch.setdefault(step, {})
        branch[END] = {}
    return re.compile(rf"(?<!\w){_written(tree)}(?!\w)")


def _steps(word: str) -> Iterator[str]:
    """Yield what a word is made of, as a pattern spells it: its signs, gaps, and any ending."""
    yield from (GAP if sign == " " else re.escape(sign) for sign in " ".join(word.rstrip("*").split()))
    if word.endswith("*"):
        yield ANY_ENDING


def _written(tree: _Tree) -> str:
    straight = ""
    while len(tree) == 1 and END not in tree:
        ((step, tree),) = tree.items()
        straight += step
    ways = [step + _written(tree[step]) for step in sorted(tree, key=_last) if step != END]
    if not ways:
        return straight
    return f"{straight}(?:{'|'.join(ways)}){'?' if END in tree else ''}"


def _last(step: str) -> tuple[bool, str]:
    """Let any ending come after all that is told sign by sign."""
    return step == ANY_ENDING, step
