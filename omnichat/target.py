"""Whom to call, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from omnichat.provider import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What somebody said about key, address and headers; None leaves it to the client."""

    key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    trusted: bool = False


NOWHERE_ELSE = Reach()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A provider at an address; ``guarded`` marks an address that a person typed, which may not lead inside.

    ``headers`` go along with every call, and are kept as secret as the key.
    """

    provider: Provider
    base_url: str
    key: str | None = field(default=None, repr=False)
    guarded: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no error may repeat."""
        return tuple(filter(None, (self.key, *self.headers.values())))
