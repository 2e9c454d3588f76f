"""A whole back office on a fresh database, with scripted models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from typing_extensions import override

from omnichat.messages import Effort
from omnichat.prices import Prices
from omnichat.ranges import Limits
from services.chats.answering import Answering, Speaker
from services.chats.archive import Archive
from services.chats.asking import Asking
from services.chats.chats import Chats
from services.chats.contexts import ContextMode
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.forking import Forking
from services.chats.hub import StreamHub
from services.chats.replies import ModelReply
from services.chats.synthesis import Synthesis
from services.chats.verdicts import Verdicts
from services.chats.votes import Votes
from services.models.defaults import Defaults
from services.models.fitting import limits_for
from services.moderation.moderation import Moderation
from services.news import News
from services.people.person import Person
from services.people.preferences import Preferences
from services.rates import Kind, Rates
from services.storage.database import Database
from tests.fakes import Doorman, ScriptedSpeaker, Step
from tests.services.ready import ready_file


async def by_facts(_: Person, model: str, effort: Effort | None) -> Limits:
    """Return what a model takes as far as the library itself knows."""
    return limits_for(model, None, None, effort)


class SlowArchive(Archive):
    """An archive in which something may happen between reading and answering."""

    before_answering: Awaitable[None] | None = None

    @override
    async def open(self, who: Person, uid: str) -> Conversation:
        conversation = await super().open(who, uid)
        happening, self.before_answering = self.before_answering, None
        if happening:
            await happening
        return conversation


class Office:
    """The services that a page uses, and short words for what tests do with them."""

    def __init__(self, who: Person, archive: SlowArchive) -> None:
        self.who = who
        self.archive = archive
        self.speaker = ScriptedSpeaker()
        self.news = News()
        self.hub = StreamHub(archive.keep, every=0.01)
        self.doorman = Doorman()
        first = [Lane(model="fake/first", name="First")]
        self.chats = Chats(archive, self.hub, self.news, lambda: first, self.doorman)
        self.prices = dict[str, Prices]()
        self.rates = Rates({})
        self.defaults = Defaults(Preferences(), by_facts)
        self.let_speak(self.speaker)
        self.verdicts = Verdicts(self.chats)
        self.votes = Votes(self.chats, lambda model: self.prices.get(model))
        self.synthesis = Synthesis(self.chats, self.asking, self.doorman, lambda model: self.prices.get(model))
        self.forking = Forking(archive, self.chats)

    def let_speak(self, speaker: Speaker, moderation: Moderation | None = None) -> None:
        """Let this one answer from now on."""
        self.answering = Answering(speaker, self.hub, self.archive, self.doorman, moderation=moderation)
        self.asking = Asking(
            self.answering,
            self.hub,
            self.archive,
            self.chats,
            self.defaults.effective,
            lambda name: self.prices.get(name),
            self._pace,
        )

    async def _pace(self, who: Person) -> None:
        await self.rates.check(Kind.SEND, who.uid)

    async def chat(self, **scripts: list[Step]) -> Conversation:
        """Return a conversation with a lane for each script."""
        self.speaker.scripts |= {f"fake/{name}": script for name, script in scripts.items()}
        return await self.chats.begin(self.who, [Lane(model=f"fake/{name}", name=name) for name in scripts])

    async def ask(self, conversation: Conversation, prompt: str, mode: ContextMode = ContextMode.OWN) -> Turn:
        """Ask, and return when all answers are over and on disk."""
        await self.look_at(conversation, mode)
        turn = await self.asking.ask(self.who, conversation.uid, prompt)
        await self.settle()
        return turn

    async def finish(self, gate: asyncio.Event) -> None:
        """Let an answer that waits for ``gate`` come to its end on disk."""
        gate.set()
        await self.settle()

    def another_desk(self) -> Chats:
        """Return conversations as a process sees them that has none of them open."""
        return Chats(self.archive, self.hub, self.news, list, self.doorman)

    async def look_at(self, conversation: Conversation, mode: ContextMode) -> None:
        """Let the next turns see this."""
        if mode is not conversation.settings.mode:
            settings = replace(conversation.settings, mode=mode)
            await self.chats.change_settings(self.who, conversation.uid, settings)

    async def adopt(self, conversation: Conversation, turn: Turn, name: str) -> None:
        """Adopt the newest answer of the lane called ``name``."""
        await self.verdicts.adopt(self.who, conversation.uid, turn.uid, answer(conversation, turn, name).uid)

    async def settle(self) -> None:
        """Return when nothing is running and all is on disk."""
        await self.hub.drain(5)

    async def stored(self, conversation: Conversation) -> Conversation:
        """Return what the disk holds of a conversation."""
        return await self.archive.open(self.who, conversation.uid)


def answer(conversation: Conversation, turn: Turn, name: str) -> ModelReply:
    """Return the newest answer of the lane called ``name``."""
    lane = next(lane for lane in conversation.lanes if lane.name == name)
    reply = turn.newest(lane.uid)
    assert reply
    return reply


@asynccontextmanager
async def an_office(folder: Path) -> AsyncGenerator[Office, None]:
    """Open an office whose data lie in ``folder``."""
    async with Database(await ready_file(folder / "omnichat.db")):
        archive = SlowArchive()
        office = Office(await archive.local_person(), archive)
        yield office
        await office.hub.drain(0)
