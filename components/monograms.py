"""Two letters for each model, different from its neighbours'."""

import re
from collections.abc import Iterator, Sequence
from itertools import count

WORDS = re.compile(r"[^\W\d_]+|\d+")


def letters(name: str) -> str:
    """Shorten one model's name to two signs: ``GPT-5 mini`` is ``G5``, ``Mistral Small`` is ``Ms``."""
    return next(_choices(name))


def monograms(names: Sequence[str]) -> list[str]:
    """Shorten names that stand side by side, each to two signs no other has."""
    taken: set[str] = set()
    chosen = []
    for name in names:
        short = next(choice for choice in _choices(name) if choice not in taken)
        taken.add(short)
        chosen.append(short)
    return chosen


def _choices(name: str) -> Iterator[str]:
    """Offer shorter and shorter ways to name it: version, initials, letters, then counting without end."""
    words = WORDS.findall(name.rsplit("/", 1)[-1]) or ["?"]
    first = words[0][0].upper()
    digits = [word[0] for word in words[1:] if word.isdigit()]
    initials = [word[0].lower() for word in words[1:] if not word.isdigit()]
    yield from (first + sign for sign in (*digits[:1], *initials, *digits[1:], *words[0][1:].lower()))
    yield from (first + sign for sign in "23456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    yield from (f"{first}{number}" for number in count(10))
