"""Which models can be asked: what each source last listed, and asking it again in time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

from omnichat.capabilities import Capability
from services.chats.replies import now
from services.models.availability import Availability
from services.models.inquiry import Inquirer, Outcome
from services.models.keys import SOURCES
from services.models.offers import Entry, Offer, Source
from services.models.stock import Header, Stock
from services.news import News
from services.people.person import SERVER_UID, Person
from services.people.rules import Access, KnowsRules

log = logging.getLogger(__name__)

LIFETIME = timedelta(minutes=10)  # for which a provider's list is taken for granted
OWN_LIFETIME = timedelta(seconds=20)  # the same for a server of one's own, where models come and go by hand
PAUSE = timedelta(seconds=30)  # before a source that failed is asked again
PROBED = 60.0  # seconds for which a source is not probed again


class SourcesOf(Protocol):
    """Whoever knows where people can ask models."""

    async def of(self, who: Person) -> Sequence[Source]:
        """Return the sources that ``who`` can ask."""
        ...


@dataclass(slots=True, kw_only=True, eq=False)
class Supply:
    """What is known of one source; the catalogue alone writes it, and replaces its entries as a whole.

    It is ``expired`` when the key or the address are no longer those that the list came by.
    """

    source: Source
    header: Header = field(default_factory=Header)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    shown: Sequence[Entry] = ()
    allowed: dict[Access, Sequence[Entry]] = field(default_factory=dict)
    stocked: bool = False
    expired: bool = False
    asking: asyncio.Task[Outcome] | None = None
    stocking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_fresh(self) -> bool:
        """Whether there is no need to ask now."""
        provider, header, moment = self.source.provider, self.header, now()
        if provider.name == "local" or self.expired:
            return False
        if header.problem:
            return header.tried_at is not None and moment - header.tried_at < PAUSE
        lifetime = LIFETIME if provider.key_needed else OWN_LIFETIME
        return header.listed_at is not None and moment - header.listed_at < lifetime

    def fill(self, entries: Mapping[str, Entry], header: Header) -> None:
        """Take over a list."""
        self.header = header
        if entries is not self.entries:
            self.entries = entries
            talking = (entry for entry in entries.values() if Capability.CHAT in entry.can)
            self.shown = sorted(talking, key=lambda entry: entry.id)
            self.allowed.clear()

    def shown_to(self, access: Access) -> Sequence[Entry]:
        """Return what may be asked, picked once for all who may use the same."""
        if access.whole:
            return self.shown
        if access not in self.allowed:
            self.allowed[access] = [entry for entry in self.shown if access.allows(entry.id)]
        return self.allowed[access]


class Catalogue:
    """The offers of all sources, kept in the database, each source asked once in its lifetime and once at a time."""

    def __init__(
        self, sources: SourcesOf, inquirer: Inquirer, availability: Availability, rules: KnowsRules, news: News
    ) -> None:
        self._sources = sources
        self._inquirer = inquirer
        self._availability = availability
        self._rules = rules
        self._news = news
        self._stock = Stock()
        self._supplies: dict[tuple[str, str], Supply] = {}
        self._seen: dict[str, tuple[Sequence[Source], Access]] = {}

    def known(self, who: Person) -> list[Offer]:
        """Return what is known now, without waiting: nothing before one of the others was called once."""
        sources, access = self._seen.get(who.uid, ((), Access()))
        return [self._offer(source, access) for source in sources]

    async def kept(self, who: Person) -> list[Offer]:
        """Return what the database has, without asking any source."""
        await self._ready(who)
        return self.known(who)

    async def offers(self, who: Person) -> list[Offer]:
        """Return all offers, fresh; a source that fails or hangs spoils only its own."""
        sources = await self._ready(who)
        await asyncio.gather(*(self._freshen(self._supply(source)) for source in sources))
        return self.known(who)

    async def entry(self, who: Person, model: str) -> Entry | None:
        """Return what is known of ``source/model``, without asking the source."""
        name = model.partition("/")[0]
        for source in await self._sources.of(who):
            if source.name == name:
                return (await self._stocked(source)).entries.get(model)
        return None

    async def watch(self, who: Person) -> AsyncGenerator[None, None]:
        """Yield as soon as what was kept can be shown, and after each change of what ``who`` can ask.

        A source that came into reach meanwhile is asked by itself.
        """
        begun = False
        async with aclosing(self._news.watch(_topic(who.uid), SOURCES)) as news:
            async for _ in news:
                supplies = [self._supply(source) for source in await self._ready(who)]
                for supply in supplies if begun else ():
                    if supply.expired or not supply.header.tried_at:
                        self._ask(supply)
                begun = True
                yield

    async def renew(self, source: Source) -> Outcome:
        """Ask ``source`` for its whole list, however fresh the one we have is."""
        return await asyncio.shield(self._ask(await self._stocked(source), whole=True, always=True))

    async def preview(self, source: Source) -> Outcome:
        """Ask ``source`` as ``renew`` does, but keep nothing."""
        supply = await self._stocked(source)
        return await self._inquirer.ask(source, supply.header, supply.entries)

    async def probe(self, source: Source) -> None:
        """See whether ``source`` answers, if nobody asked it anything within the last minute."""
        age = self._availability.age(source)
        if age is None or age > PROBED:
            await asyncio.shield(self._ask(await self._stocked(source), always=True))

    async def forget(self, source: Source) -> None:
        """Drop what is known of a source that is no more."""
        supply = self._supplies.pop((source.scope, source.name), None)
        if supply and supply.asking:
            supply.asking.cancel()
        await self._stock.forget(source)
        self._tell(source)

    async def close(self) -> None:
        """Hang up on whoever is being asked."""
        asking = [supply.asking for supply in self._supplies.values() if supply.asking]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _ready(self, who: Person) -> Sequence[Source]:
        """Return the sources of ``who`` once what the database has of them is here."""
        sources, access = await self._sources.of(who), await self._rules.rules_of(who)
        self._seen[who.uid] = sources, access
        await asyncio.gather(*(self._stocked(source) for source in sources))
        return sources

    def _supply(self, source: Source) -> Supply:
        supply = self._supplies.setdefault((source.scope, source.name), Supply(source=source))
        if supply.source != source:
            supply.source, supply.expired = source, True
        return supply

    def _offer(self, source: Source, access: Access) -> Offer:
        supply = self._supply(source)
        return Offer(
            source=source,
            entries=supply.shown_to(access),
            problem=supply.header.problem,
            listed_at=supply.header.listed_at,
            latency=supply.header.latency,
            left_out=supply.header.left_out,
        )

    async def _stocked(self, source: Source) -> Supply:
        """Return what is known of ``source``, with what the database has."""
        supply = self._supply(source)
        async with supply.stocking:
            if not supply.stocked:
                await self._take(supply, await self._stock.header(source))
        return supply

    async def _take(self, supply: Supply, header: Header) -> None:
        entries = await self._stock.entries(supply.source) if header.tried_at else {}
        supply.fill(entries, header)
        supply.stocked = True
        self._tell(supply.source)

    async def _freshen(self, supply: Supply) -> None:
        joined = supply.asking
        if joined or not supply.is_fresh:
            await asyncio.shield(self._ask(supply))
        if joined and supply.expired:
            await asyncio.shield(self._ask(supply))

    def _ask(self, supply: Supply, *, whole: bool = False, always: bool = False) -> asyncio.Task[Outcome]:
        """Return the one task that asks, begun now unless it is under way."""
        if supply.asking is None:
            asking = self._renew(supply, whole=whole, always=always)
            supply.asking = asyncio.create_task(asking, name=f"models of {supply.source.name}")
            supply.asking.add_done_callback(lambda _: setattr(supply, "asking", None))
        return supply.asking

    async def _renew(self, supply: Supply, *, whole: bool, always: bool) -> Outcome:
        """Ask, unless another process of ours did meanwhile, and keep what is new."""
        source, whole = supply.source, whole or supply.expired
        header = await self._stock.header(source)
        if header.listed_at and header.listed_at != supply.header.listed_at:
            await self._take(supply, header)
        if supply.is_fresh and not always:
            return Outcome(source=source, header=supply.header, entries=supply.entries)
        supply.expired = False
        before = supply.header
        validator = "" if whole or not supply.entries else before.validator
        outcome = await self._inquirer.ask(source, before, supply.entries, validator=validator)
        outcome = await self._kept(supply, outcome)
        supply.fill(outcome.entries, outcome.header)
        if outcome.differing or outcome.header.problem != before.problem or not before.listed_at:
            self._tell(source)
        return outcome

    async def _kept(self, supply: Supply, outcome: Outcome) -> Outcome:
        """Return ``outcome`` once it is in the database, or one that says that it could not be written."""
        try:
            await self._stock.keep(outcome.source, outcome.header, outcome.differing)
        except Exception:
            log.exception("The models of %s could not be written down", outcome.source.name)
            problem = f"The list of {outcome.source.title} could not be written down; the log says why."
            header = replace(supply.header, tried_at=outcome.header.tried_at, problem=problem)
            return replace(outcome, header=header, entries=supply.entries, differing=())
        return outcome

    def _tell(self, source: Source) -> None:
        for uid in self._seen:
            if source.scope in {"", SERVER_UID, uid}:
                self._news.post(_topic(uid))


def _topic(uid: str) -> str:
    return f"catalogue {uid}"
