"""Proof of who we are where a key in a header is not enough; loaded with the transport."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, Protocol

SIGNERS: Mapping[str, str] = {"aws": "omnichat.aws_signing", "google": "omnichat.google_tokens"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A request ready to be sent, as whoever signs it sees it."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Post(Protocol):
    """The way to a token service for whoever signs."""

    async def __call__(
        self,
        url: str,
        form: Mapping[str, str],
        headers: Mapping[str, str],
        *,
        method: Literal["POST", "GET", "PUT"] = "POST",
        guarded: bool = False,
    ) -> Any:
        """Send ``form`` and return the answer, as JSON or else as text; raise a ``ProviderError`` when it is refused.

        ``guarded`` marks a ``url`` that a person gave us, which may not lead inside a private network.
        """


class Signer(ABC):
    """Prove who we are where a key in a header is not enough; may hold tokens until they expire."""

    @abstractmethod
    async def sign(self, outgoing: Outgoing, key: str | None, post: Post) -> Mapping[str, str]:
        """Return the headers to add to ``outgoing``; raise a ``MissingKeyError`` where nothing proves who we are.

        Without a ``key``, whatever this machine has to show will do.
        """


class Signers:
    """One signer of each name, opened when it is first needed, as some are heavy."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._open: dict[str, Signer] = {}

    async def sign(self, name: str, outgoing: Outgoing, key: str | None) -> Mapping[str, str]:
        """Return the headers that the signer of that name adds; no name adds none."""
        if not name:
            return {}
        if name not in self._open:
            self._open.setdefault(name, await asyncio.to_thread(_opened, name))
        return await self._open[name].sign(outgoing, key, self._post)


def _opened(name: str) -> Signer:
    signer: Signer = import_module(SIGNERS[name]).SIGNER()
    return signer
