"""A catalogue over sources that say what a test tells them to."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from omnichat.capabilities import Capability
from omnichat.listings import Listing
from omnichat.provider import ModelInfo
from omnichat.registry import every_provider, provider_named
from services.models.availability import Availability
from services.models.catalogue import Catalogue
from services.models.inquiry import Inquirer
from services.models.offers import Source
from services.news import News
from services.people.person import Person
from tests.fakes import Doorman

Script = Sequence[str | ModelInfo] | Exception | asyncio.Event


def a_source(name: str, *, key: str | None = None, scope: str = "") -> Source:
    provider = provider_named(name if name in every_provider() else "custom")
    return Source(name=name, title=provider.title, provider=provider, key=key, scope=scope)


class Shop:
    """The far end of every source: ``says`` by name of source, an event is waited for, an exception raised."""

    def __init__(self, *, patience: float = 5.0, **says: Script) -> None:
        self.says: dict[str, Script] = dict(says)
        self.sources = [a_source(name) for name in says]
        self.owned: defaultdict[str, list[Source]] = defaultdict(list)
        self.validators: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.was_asked = asyncio.Event()
        self.news = News()
        self.availability = Availability()
        self.doorman = Doorman()
        self.patience = patience

    def opens(self) -> Catalogue:
        """Return a catalogue as a process that just started has it."""
        inquirer = Inquirer(self, self.availability, patience=self.patience)
        return Catalogue(self, inquirer, self.availability, self.doorman, self.news)

    def asked_names(self) -> list[str]:
        return [name for name, _ in self.asked]

    async def of(self, who: Person) -> list[Source]:
        return [*self.sources, *self.owned[who.uid]]

    async def listing(self, source: Source, validator: str) -> Listing | None:
        self.asked.append((source.name, validator))
        self.was_asked.set()
        said = self.says[source.name]
        if isinstance(said, asyncio.Event):
            await said.wait()
            said = ["late"]
        if isinstance(said, Exception):
            raise said
        valid = self.validators.get(source.name, "")
        if valid and valid == validator:
            return None
        infos = [ModelInfo(id=each, can=Capability.CHAT) if isinstance(each, str) else each for each in said]
        return Listing(models=tuple(infos), validator=valid)
