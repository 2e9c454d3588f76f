"""What a token lets its program do."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """One part of what its owner may do; whoever signs in may do all of it."""

    CHAT = "chat"
    READ = "read"
    PROFILE = "profile"


EVERYTHING: Final = frozenset(Scope)
SAID: Final = {
    Scope.CHAT: "Ask models",
    Scope.READ: "Read chats and the catalogue",
    Scope.PROFILE: "See and change the profile",
}


def packed(scopes: Collection[Scope]) -> str:
    """Return the scopes as they are kept."""
    return " ".join(sorted(scopes))


def unpacked(kept: str) -> frozenset[Scope]:
    """Return the scopes that were kept, without those that are known no more."""
    return frozenset(Scope(word) for word in kept.split() if word in set(Scope))
