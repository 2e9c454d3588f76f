"""Asking a source for its list, whatever comes of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from omnichat.errors import OmniChatError
from omnichat.listings import Listing
from services.chats.replies import now
from services.models.availability import Availability, words_of
from services.models.comparing import Comparison, compare
from services.models.offers import Entry, Source
from services.models.stock import Header

log = logging.getLogger(__name__)

PATIENCE = 15.0  # seconds that a source may take to list its models
LONGEST_PROBLEM = 500  # characters


class Lister(Protocol):
    """Whoever asks a source for its list."""

    async def listing(self, source: Source, validator: str) -> Listing | None:
        """Return the list, or None if it is still the one that ``validator`` stands for."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is known of a source after asking it: ``differing`` entries are not as they were, ``seconds`` it took."""

    source: Source
    header: Header
    entries: Mapping[str, Entry]
    differing: Sequence[Entry] = ()
    seconds: float = 0.0


class Inquirer:
    """Ask sources; one that fails, hangs or talks nonsense comes out as a problem in words."""

    def __init__(self, lister: Lister, availability: Availability, *, patience: float = PATIENCE) -> None:
        self._lister = lister
        self._availability = availability
        self._patience = patience

    async def ask(
        self, source: Source, header: Header, entries: Mapping[str, Entry], *, validator: str = ""
    ) -> Outcome:
        """Return what is known of ``source`` after asking it, given what was known before."""
        before = Outcome(source=source, header=replace(header, tried_at=now()), entries=entries)
        began = time.monotonic()
        try:
            after = await self._asked(before, validator)
        except OmniChatError as error:
            self._availability.failed(source, error)
            after = _failed(before, words_of(error))
        except TimeoutError as error:
            self._availability.failed(source, error)
            after = _failed(before, f"{source.title} did not list its models within {self._patience:g} s.")
        except Exception:
            log.exception("The models of %s could not be listed", source.name)
            after = _failed(before, f"{source.title} sent a list that cannot be read.")
        return replace(after, seconds=time.monotonic() - began)

    async def _asked(self, before: Outcome, validator: str) -> Outcome:
        source, header, began = before.source, before.header, time.monotonic()
        async with asyncio.timeout(self._patience):
            found = await self._lister.listing(source, validator)
        seconds = time.monotonic() - began
        self._availability.answered(source, seconds, probed=True)
        listed = replace(header, listed_at=header.tried_at, problem="", latency=seconds)
        if found is None:
            return replace(before, header=listed)
        moment, last = header.tried_at or now(), header.listed_at
        told = await asyncio.to_thread(compare, before.entries, source, found.models, at=moment, before=last)
        if _is_doubtful(before, told):
            return _failed(before, f"{source.title} listed no models at all; these are from before.")
        return replace(
            before,
            header=replace(listed, left_out=told.left_out, validator=found.validator),
            entries=told.entries,
            differing=told.differing,
        )


def _failed(before: Outcome, words: str) -> Outcome:
    return replace(before, header=replace(before.header, problem=words.strip()[:LONGEST_PROBLEM]))


def _is_doubtful(before: Outcome, told: Comparison) -> bool:
    """Return whether a list is not to be believed: a company does not give up all of its models at once."""
    had_some = any(not entry.gone for entry in before.entries.values())
    return before.source.provider.key_needed and had_some and all(entry.gone for entry in told.entries.values())
