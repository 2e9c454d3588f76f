"""Everything the app does, built once."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from datetime import time, timedelta

from omnichat.client import AsyncClient
from omnichat.model_facts import facts_about
from omnichat.prices import Prices
from omnichat.timeouts import Timeouts
from services.backups.backups import Backups
from services.chats.answering import Answering, Limits
from services.chats.archive import Archive
from services.chats.asking import Asking
from services.chats.chats import Chats
from services.chats.choosing import Choosing
from services.chats.conversations import Lane
from services.chats.forking import Forking
from services.chats.hub import StreamHub
from services.chats.personas import Personas
from services.chats.synthesis import Synthesis
from services.chats.verdicts import Verdicts
from services.chats.votes import Votes
from services.checkup import Checkup
from services.models.availability import Availability
from services.models.catalogue import Catalogue
from services.models.defaults import Defaults
from services.models.endpoints import Endpoints
from services.models.inquiry import Inquirer
from services.models.key_desk import KeyDesk
from services.models.keys import Keys
from services.models.lane_limits import LaneLimits
from services.models.lists import Lists
from services.models.local_models import LocalModels
from services.models.local_servers import LocalServers
from services.models.parameters import Parameters
from services.models.refresh import Refresh
from services.models.shelves import Shelves
from services.models.sources import Sources
from services.models.speaking import PatientSpeaker
from services.models.speeds import Speeds
from services.models.trials import Trials
from services.moderation.moderation import Moderation, wrongs_in
from services.moderation.policy import ModerationPolicy
from services.moderation.reviews import Reviews
from services.news import News
from services.notices import Notices
from services.people.everybody import Everybody
from services.people.issuers import read_issuers
from services.people.person import Person, Role, admins
from services.people.pictures import Pictures
from services.people.preferences import Preferences
from services.people.sessions import Visit
from services.people.vouching import voucher_for
from services.rates import LIMITS, Kind, Rates
from services.schedule import Schedule
from services.secrets.master_keys import MasterKeys
from services.secrets.vault import Vault
from services.settings import Settings
from services.storage.database import Database

LONGEST_LIMIT = 600.0  # seconds that a lane waits for a provider that takes no more for now
NIGHT = time(3)  # by the server's clock
LONGEST_BACKUP = timedelta(hours=3)
NO_SERVER = Person(id=0, uid="", name="", role=Role.SERVER)  # owns nothing, and so reaches what the environment opens
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
        vault = Vault(MasterKeys(settings))
        vouchers = [voucher_for(issuer, settings.open_networks) for issuer in read_issuers(os.environ).values()]
        self.people = Everybody(self.hub, self.news, vault, vouchers, redis_url=settings.redis_url)
        rules, audit = self.people.groups, self.people.audit
        self.chats = Chats(self.archive, self.hub, self.news, self._first_lanes, rules)
        self.keys = Keys(vault, self.news, rules, audit)
        self.endpoints = Endpoints(self.client, vault, self.keys, rules, audit)
        self.local_servers = LocalServers(
            self.client.recognise, self.keys.announce, choice=settings.local_servers, but={settings.port}
        )
        self.sources = Sources(
            self.client, self.keys, self.endpoints, self.local_servers, self.people.shares, rules, self.news
        )
        self.trials = Trials(self.client)
        self.key_desk = KeyDesk(self.client, self.keys, self.sources, self.trials)
        self.availability = Availability()
        inquirer = Inquirer(Lists(self.client), self.availability)
        self.catalogue = Catalogue(self.sources, inquirer, self.availability, rules, self.news)
        self.limits = LaneLimits(self.sources, self.catalogue)
        self.defaults = Defaults(self.preferences, self.limits.of)
        self.personas = Personas(Pictures(rules), self.news)
        speaker = PatientSpeaker(self.client, self.local, self.sources, self.availability)
        self.reviews = Reviews(self.chats, self.archive, self.people.audit, self.news)
        self.moderation = Moderation(self._moderation_policy, self._judge, self.reviews)
        limits = Limits(person=settings.answers_per_person, provider=settings.answers_per_provider)
        answering = Answering(speaker, self.hub, self.archive, rules, limits, self.moderation)
        self.asking = Asking(
            answering, self.hub, self.archive, self.chats, self.defaults.effective, _price_of, self._pace
        )
        self.verdicts = Verdicts(self.chats)
        self.votes = Votes(self.chats, _price_of)
        self.synthesis = Synthesis(self.chats, self.asking, rules, _price_of)
        self.forking = Forking(self.archive, self.chats)
        self.shelves = Shelves(self.preferences)
        self.choosing = Choosing(self.chats, self.catalogue, self.shelves, rules, usual=settings.lanes)
        self.speeds = Speeds()
        self.notices = Notices(self.news)
        self.refresh = Refresh(self.catalogue, self.sources, self.notices, self.news)
        self.schedule = Schedule("refresh", self._refresh)
        self.backups = Backups(settings, self.notices, admins)
        self.backup_schedule = Schedule("backup", self.backups.nightly, at=NIGHT, lease=LONGEST_BACKUP)
        self.checkup = Checkup(settings, self.database, self.hub, self.people.house, self.backups.last)
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
        if self.backups.folder:
            await self.backup_schedule.start()
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

    async def _moderation_policy(self) -> ModerationPolicy:
        return (await self.people.house.read()).moderation

    async def _judge(self, model: str, text: str) -> list[str]:
        """Have ``source/model`` judge a text, with the key and at the address that are the server's own."""
        name, _, rest = model.partition("/")
        server = self.person if self.settings.alone else await self.people.shares.found()
        source = await self.sources.named(server or NO_SERVER, name)
        found = await self.client.moderations.create(
            model=f"{source.provider.name}/{rest}", input=text, key=source.key, base_url=source.base_url
        )
        return wrongs_in(found)

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
        await self.moderation.close()
        await self.schedule.close()
        await self.backup_schedule.close()
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
