"""What a person looks for among models, read from the words they type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from omnichat.capabilities import NOTHING, Capability

Limit: TypeAlias = tuple[str, float]

LONGEST_WORDS = 400
DEAREST = 1000.0  # a bare number from here on counts tokens, not dollars
LIMIT = re.compile(r"([<>])\s*=?\s*([$€]?)\s*(\d+(?:[.,]\d*)?|[.,]\d+)\s*([km]?)(?:\s+(?:tokens|context))?(?=\s|$)")
SIGNS = "<>=$€-"
SKILLS = {
    "vision": Capability.VISION,
    "image": Capability.VISION,
    "images": Capability.VISION,
    "pictures": Capability.VISION,
    "thinking": Capability.THINKING,
    "reasoning": Capability.THINKING,
    "tools": Capability.TOOLS,
    "functions": Capability.TOOLS,
    "files": Capability.FILES,
    "pdf": Capability.FILES,
    "audio": Capability.AUDIO,
    "json": Capability.JSON,
    "search": Capability.SEARCH,
    "web": Capability.SEARCH,
}
TRAITS = {
    "free": "free",
    "local": "local",
    "new": "new",
    "favourite": "favourite",
    "favourites": "favourite",
    "favorite": "favourite",
    "favorites": "favourite",
}
CAN_WORDS = {
    Capability.VISION: "images",
    Capability.THINKING: "thinking",
    Capability.TOOLS: "tools",
    Capability.FILES: "files",
    Capability.AUDIO: "audio",
    Capability.JSON: "JSON",
    Capability.SEARCH: "web search",
}
SQUEEZABLE = str.maketrans("", "", "-_.:/@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a model must be, beside being called right.

    ``prices`` limit the US dollars a million tokens, read or written, ``contexts`` the tokens a model reads; each is a
    sign and a number: ``<`` is under it, ``>`` at least that.
    """

    needs: Capability = NOTHING
    prices: tuple[Limit, ...] = ()
    contexts: tuple[Limit, ...] = ()
    free: bool = False
    local: bool = False
    new: bool = False
    favourite: bool = False

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word: it may stand in a name, or mean a skill or a trait; ``unwanted`` ones may not fit."""

    text: str
    squeezed: str = ""
    can: Capability = NOTHING
    trait: str = ""
    unwanted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Words and filters together; ``told`` says them as people read them."""

    terms: tuple[Term, ...] = ()
    filters: Filters = Filters()

    @property
    def told(self) -> str:
        """The limits and skills that are asked for, in words; names are left out."""
        return ", ".join(_told(self))


def read_wish(words: str, filters: Filters) -> Wish:
    """Return what ``words`` ask for on top of ``filters``: ``vision < $1 > 100k -mini``."""
    words = words[:LONGEST_WORDS].casefold()
    prices, contexts = list(filters.prices), list(filters.contexts)
    for sign, currency, number, unit in LIMIT.findall(words):
        value = float(number.replace(",", ".")) * {"": 1, "k": 1000, "m": 1_000_000}[unit]
        (contexts if unit or (value >= DEAREST and not currency) else prices).append((sign, value))
    terms = tuple(_term(word) for word in LIMIT.sub(" ", words).split() if word.strip(SIGNS))
    return Wish(terms=terms, filters=replace(filters, prices=tuple(prices), contexts=tuple(contexts)))


def _term(word: str) -> Term:
    unwanted = word.startswith("-") and len(word) > 1
    text = word[1:] if unwanted else word
    squeezed = text.translate(SQUEEZABLE)
    return Term(
        text=text,
        squeezed=squeezed if len(squeezed) > 2 else "",
        can=SKILLS.get(text, NOTHING),
        trait=TRAITS.get(text, ""),
        unwanted=unwanted,
    )


def _told(wish: Wish) -> Iterator[str]:
    asked = wish.filters.needs
    for term in wish.terms:
        if not term.unwanted:
            asked |= term.can
    yield from (words for skill, words in CAN_WORDS.items() if skill in asked)
    traits = {term.trait for term in wish.terms if not term.unwanted}
    filters = wish.filters
    for trait, on, words in (
        ("free", filters.free, "free"),
        ("local", filters.local, "on this computer"),
        ("new", filters.new, "new"),
        ("favourite", filters.favourite, "favourites"),
    ):
        if on or trait in traits:
            yield words
    for sign, value in filters.prices:
        yield f"{_side(sign)} ${value:,g} a million tokens"
    for sign, value in filters.contexts:
        yield f"{_side(sign)} {value:,.0f} tokens of context"


def _side(sign: str) -> str:
    return "under" if sign == "<" else "at least"
