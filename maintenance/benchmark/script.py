"""What the fake provider says, and how fast: a fixed function of the model's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

NAMED = re.compile(r"bench-t(\d+)(?:-d(\d+(?:\.\d+)?))?(?:-f(\d+(?:\.\d+)?))?")
WORDS = ("amber", "birch", "coral", "dune", "ember", "fern", "grove")
WORD = re.compile(rf"(?:{'|'.join(WORDS)})\d+")
LEADS = {
    0: "\n\n## ",
    4: "\n\n",
    40: "\n\n- ",
    45: "\n- ",
    50: "\n- ",
    55: "\n- ",
    60: "\n\n```python\n",
    66: "\n    ",
    72: "\n    ",
    78: "\n",
    84: "\n```\n\n",
}
BOLD = {12, 24, 36, 91}


@dataclass(frozen=True, slots=True)
class Script:
    """How many tokens, how many milliseconds apart, how many before the first."""

    tokens: int
    delay: float = 0
    first: float = 0

    @classmethod
    def named(cls, model: str) -> Self | None:
        """Return what a name like ``bench-t200-d20-f300`` asks for, nothing for other names."""
        found = NAMED.fullmatch(model)
        return cls(int(found[1]), float(found[2] or 0), float(found[3] or 0)) if found else None

    @property
    def model(self) -> str:
        """The name that asks for this."""
        return f"bench-t{self.tokens}-d{self.delay:g}-f{self.first:g}"

    @property
    def seconds(self) -> float:
        """How long the answer takes."""
        return (self.first + self.delay * max(0, self.tokens - 1)) / 1000


def piece(number: int) -> str:
    """Return a token: one numbered word with the Markdown around it; a hundred make a small section with code."""
    place = number % 100
    word = f"{WORDS[number % len(WORDS)]}{number}"
    lead = LEADS.get(place, " ")
    return (lead if number else lead.lstrip()) + (f"**{word}**" if place in BOLD else word)


def answer(tokens: int) -> str:
    """Return the whole text of an answer."""
    return "".join(map(piece, range(tokens)))


def words_in(text: str) -> list[str]:
    """Return the numbered words in their order, whatever was made of the Markdown around them."""
    return WORD.findall(text)


def misplaced(shown: str, tokens: int) -> int:
    """Return how many tokens of the answer are missing in ``shown``, doubled there or out of order."""
    found, expected = words_in(shown), words_in(answer(tokens))
    wrong = sum(one != other for one, other in zip(found, expected, strict=False))
    return wrong + abs(len(found) - len(expected))
