"""Proof of who we are where a key in a header is not enough; loaded with the transport."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A request ready to be sent, as whoever signs it sees it."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


class Post(Protocol):
    """The way to a token service for whoever signs; the answer is parsed JSON."""

    async def __call__(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        """Send ``form`` and return the answer; raise a ``ProviderError`` when it is refused."""


class Signer(ABC):
    """Prove who we are where a key in a header is not enough; may hold tokens until they expire."""

    @abstractmethod
    async def sign(self, outgoing: Outgoing, key: str | None, post: Post) -> Mapping[str, str]:
        """Return the headers to add to ``outgoing``."""
