"""Everything the app does, built once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from omnichat.client import AsyncClient
from omnichat.deltas import Delta
from omnichat.errors import ProviderError
from omnichat.messages import ChatRequest
from omnichat.model_facts import Prices, facts_about
from services.answering import Answering
from services.archive import Archive
from services.asking import Asking
from services.catalogue import Catalogue
from services.chats import Chats
from services.conversations import Lane
from services.database import Database
from services.forking import Forking
from services.hub import StreamHub
from services.local_models import LocalModels, Phase
from services.news import News
from services.parameters import Parameters
from services.people import Person
from services.preferences import Preferences
from services.settings import Settings
from services.synthesis import Synthesis
from services.verdicts import Verdicts
from services.votes import Votes

GRACE = 10.0  # seconds that running answers get when the server is asked to end


class Services:
    """All services, each built from the ones below it; opened before the first page, closed after the last."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ready = False
        self.database = Database(settings.database)
        self.local = LocalModels(settings.models_dir, settings.local_model, self._download)
        self.client = AsyncClient(local_models=settings.models_dir, local_files=self.local.files)
        self.archive = Archive()
        self.preferences = Preferences()
        self.news = News()
        self.hub = StreamHub(self.archive.keep)
        self.chats = Chats(self.archive, self.hub, self.news, self._first_lanes)
        self.answering = Answering(PatientSpeaker(self.client, self.local), self.hub, self.archive)
        self.asking = Asking(self.answering, self.hub, self.archive, self.chats, _price_of)
        self.verdicts = Verdicts(self.chats)
        self.votes = Votes(self.chats, _price_of)
        self.synthesis = Synthesis(self.chats, self.asking, _price_of)
        self.forking = Forking(self.archive, self.chats)
        self.catalogue = Catalogue(self.client)
        self._person: Person | None = None

    @property
    def person(self) -> Person:
        """Whoever sits at this computer; everybody's data belongs to them until there are accounts."""
        assert self._person, "opened before the first page"
        return self._person

    def is_admin(self, who: Person) -> bool:
        """Return whether ``who`` may see what is everybody's, as the one person of an installation without accounts."""
        return who == self._person

    async def open(self) -> None:
        """Bring the database up to date, name what a crash cut off, and begin to fetch the local model."""
        await self.database.open()
        self._person = await self.archive.local_person()
        await self.archive.interrupt_unfinished()
        self.local.start()
        self.ready = True

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
        await self.local.close()
        await self.client.close()
        await self.database.close()


def _price_of(model: str) -> Prices | None:
    facts = facts_about(model)
    return facts.prices if facts else None


class PatientSpeaker:
    """The client, except that a model which is still on its way to this computer is waited for."""

    def __init__(self, client: AsyncClient, local: LocalModels) -> None:
        self._client = client
        self._local = local

    async def ready(self, model: str) -> None:
        """Return when ``model`` can be asked; raise a ``ProviderError`` when it did not arrive."""
        provider, _, name = model.partition("/")
        if provider == "local":
            await self._arrival(name)

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Answer ``request``."""
        return self._client.stream(request)

    async def _arrival(self, model: str) -> None:
        async with aclosing(self._local.watch()) as states:
            async for state in states:
                if state.model == model and state.phase is Phase.FAILED:
                    raise ProviderError(state.words, provider="local")
                if state.model != model or state.phase is not Phase.FETCHING:
                    return
