"""Everything the app does, built once."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator

from omnichat.client import AsyncClient
from omnichat.model_facts import facts_about
from omnichat.prices import Prices
from omnichat.timeouts import Timeouts
from services.answering import Answering
from services.archive import Archive
from services.asking import Asking
from services.availability import Availability
from services.catalogue import Catalogue
from services.chats import Chats
from services.choosing import Choosing
from services.conversations import Lane
from services.database import Database
from services.defaults import Defaults
from services.endpoints import Endpoints
from services.everybody import Everybody
from services.forking import Forking
from services.hub import StreamHub
from services.inquiry import Inquirer
from services.issuers import read_issuers
from services.key_desk import KeyDesk
from services.keys import Keys
from services.lane_limits import LaneLimits
from services.lists import Lists
from services.local_models import LocalModels
from services.local_servers import LocalServers
from services.master_keys import MasterKeys
from services.news import News
from services.notices import Notices
from services.parameters import Parameters
from services.people import Person
from services.personas import Personas
from services.pictures import Pictures
from services.preferences import Preferences
from services.rates import LIMITS, Kind, Rates
from services.refresh import Refresh
from services.schedule import Schedule
from services.sessions import Visit
from services.settings import Settings
from services.shelves import Shelves
from services.sources import Sources
from services.speaking import PatientSpeaker
from services.speeds import Speeds
from services.synthesis import Synthesis
from services.trials import Trials
from services.vault import Vault
from services.verdicts import Verdicts
from services.votes import Votes
from services.vouching import voucher_for

LONGEST_LIMIT = 600.0  # seconds that a lane waits for a provider that takes no more for now
GRACE = 10.0  # seconds that running answers get when the server is asked to end


class Services:
    """All services, each built from the ones below it; opened before the first page, closed after the last."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ready = False
        self.database = Database(settings.database)
        self.local = LocalModels(settings.models_dir, settings.local_model, self._download)
        self.client = AsyncClient(
            local_models=settings.models_dir,
            local_files=self.local.files,
            open_networks=settings.open_networks,
            timeouts=Timeouts(limited=LONGEST_LIMIT),
        )
        self.archive = Archive()
        self.preferences = Preferences()
        self.news = News()
        self.rates = Rates({} if settings.alone else LIMITS, settings.redis_url)
        self.hub = StreamHub(self.archive.keep)
        self.chats = Chats(self.archive, self.hub, self.news, self._first_lanes)
        vault = Vault(MasterKeys(settings))
        vouchers = [voucher_for(issuer, settings.open_networks) for issuer in read_issuers(os.environ).values()]
        self.people = Everybody(self.hub, self.news, vault, vouchers)
        self.keys = Keys(vault, self.news)
        self.endpoints = Endpoints(self.client, vault, self.keys)
        self.local_servers = LocalServers(
            self.client.recognise, self.keys.announce, choice=settings.local_servers, but={settings.port}
        )
        self.sources = Sources(self.client, self.keys, self.endpoints, self.local_servers, self.news)
        self.trials = Trials(self.client)
        self.key_desk = KeyDesk(self.client, self.keys, self.sources, self.trials)
        self.availability = Availability()
        inquirer = Inquirer(Lists(self.client), self.availability)
        self.catalogue = Catalogue(self.sources, inquirer, self.availability, self.news)
        self.limits = LaneLimits(self.sources, self.catalogue)
        self.defaults = Defaults(self.preferences, self.limits.of)
        self.personas = Personas(Pictures(), self.news)
        speaker = PatientSpeaker(self.client, self.local, self.sources, self.availability)
        answering = Answering(speaker, self.hub, self.archive)
        self.asking = Asking(
            answering, self.hub, self.archive, self.chats, self.defaults.effective, _price_of, self._pace
        )
        self.verdicts = Verdicts(self.chats)
        self.votes = Votes(self.chats, _price_of)
        self.synthesis = Synthesis(self.chats, self.asking, _price_of)
        self.forking = Forking(self.archive, self.chats)
        self.shelves = Shelves(self.preferences)
        self.choosing = Choosing(self.chats, self.catalogue, self.shelves)
        self.speeds = Speeds()
        self.notices = Notices(self.news)
        self.refresh = Refresh(self.catalogue, self.sources, self.notices, self.news)
        self.schedule = Schedule("refresh", self._refresh)
        self._person: Person | None = None

    @property
    def person(self) -> Person:
        """Whoever sits at this computer; everybody's data belongs to them until there are accounts."""
        assert self._person, "opened before the first page"
        return self._person

    async def visit(self, secret: str) -> Visit:
        """Return who a request with this secret comes from; without accounts that is always the same person."""
        return Visit(who=self.person) if self.settings.alone else await self.people.sessions.find(secret)

    async def open(self) -> None:
        """Open the database, name what a crash cut off, and begin with what goes on behind the pages."""
        await self.connect()
        await self.archive.interrupt_unfinished()
        self.local.start()
        self.local_servers.start()
        await self.schedule.start()
        self.ready = True

    async def connect(self) -> None:
        """Bring the database up to date and open it: enough for work beside a server that may be running."""
        await self.database.open()
        if self.settings.alone or await self.people.joining.needs_set_up():
            self._person = await self.archive.local_person()

    async def _pace(self, who: Person) -> None:
        """Let nobody start answers faster than they may; raise ``TooOftenError``."""
        await self.rates.check(Kind.SEND, who.uid)

    async def _refresh(self) -> bool:
        """Refresh the catalogue; return whether anybody answered, or there was nobody to ask."""
        report = await self.refresh.start()
        return not report.sources or len(report.failed) < len(report.sources)

    def _first_lanes(self) -> list[Lane]:
        """Let a newcomer compare from the first prompt on: the model on this computer, steady and lively."""
        local = self.local.state
        if not local.model:
            return []
        return [
            Lane(model=f"local/{local.model}", name=f"{local.title} steady", parameters=Parameters(temperature=0.2)),
            Lane(model=f"local/{local.model}", name=f"{local.title} lively", parameters=Parameters(temperature=1.0)),
        ]

    def _download(self, url: str) -> AsyncGenerator[tuple[bytes, int | None], None]:
        return self.client.download(url)

    async def drain(self) -> None:
        """Let running answers come to their end for a while, then interrupt and keep the rest."""
        self.ready = False
        await self.hub.drain(GRACE)

    async def close(self) -> None:
        """End everything; harmless when it was never opened."""
        self.ready = False
        await self.hub.drain(0)
        await self.schedule.close()
        await self.refresh.close()
        await self.catalogue.close()
        await self.local_servers.close()
        await self.local.close()
        await self.people.close()
        await self.client.close()
        await self.database.close()


def _price_of(model: str) -> Prices | None:
    facts = facts_about(model)
    return facts.prices if facts else None
