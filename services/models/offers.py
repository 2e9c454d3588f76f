"""Where models can be asked, and what is on offer there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from omnichat.capabilities import NOTHING, Capability
from omnichat.prices import UNPRICED, Prices
from omnichat.provider import Provider

THIS_COMPUTER = re.compile(r"(\w+://)?(localhost|127(\.\d+){3}|\[::1?]|0\.0\.0\.0)(:\d+)?([/?]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place where one person can ask models: a provider, or an endpoint of their own.

    ``name`` is what model names begin with, ``provider`` whose language is spoken there. ``scope`` is empty for what
    the server itself can reach, else the uid of the person whose key or endpoint it is. None as ``key`` or ``base_url``
    leaves it to the environment, ``stated`` being the address that it then gives; an address that a person typed is not
    ``trusted``. ``models`` are those typed by hand.
    """

    name: str
    title: str
    provider: Provider
    scope: str = ""
    key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    stated: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    trusted: bool = False
    models: tuple[str, ...] = ()

    @property
    def is_local(self) -> bool:
        """Whether its models run on this computer."""
        stated = "" if self.provider.key_needed else self.stated  # who wants a key is only passed on by a server here
        address = self.base_url or stated or self.provider.base_url
        return self.provider.name == "local" or bool(THIS_COMPUTER.match(address.strip()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model on a source's list, or, when ``gone``, one that was; ``id`` is ``source/model``.

    ``context`` and ``max_output`` are in tokens, prices in US dollars a token; None is what nobody says. ``changed_at``
    is when what is said of it here last changed, ``last_seen`` when it was last on the list, if it is gone.
    """

    id: str
    title: str
    can: Capability = NOTHING
    context: int | None = None
    max_output: int | None = None
    prices: Prices = UNPRICED
    released: date | None = None
    deprecated: date | None = None
    ends: date | None = None
    first_seen: datetime | None = None
    changed_at: datetime | None = None
    last_seen: datetime | None = None
    gone: bool = False


@dataclass(slots=True, kw_only=True)
class Offer:
    """What one source has to talk to, gone models among it; ``entries`` are shared, and not to be changed.

    ``problem`` says in words why the list is old or empty, ``latency`` is how many seconds it took, ``left_out`` how
    many models on it cannot be used.
    """

    source: Source
    entries: Sequence[Entry] = ()
    problem: str = ""
    listed_at: datetime | None = None
    latency: float | None = None
    left_out: int = 0
