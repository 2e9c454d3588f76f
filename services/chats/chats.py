"""The conversations that are open, and every change to them except asking."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from weakref import WeakValueDictionary

from services.chats.archive import Archive
from services.chats.chat_settings import ChatSettings
from services.chats.conversations import Conversation, Heading, Lane, LaneKind
from services.chats.hub import StreamHub
from services.chats.replies import new_uid
from services.news import News
from services.people.person import Person
from services.people.rules import KnowsRules

MOST_LANES = 24
LISTED = 40  # conversations in the list before somebody asks for more
LONGEST_NAME = 80
LONGEST_TITLE = 200


class TooManyLanesError(ValueError):
    """A conversation holds as many lanes as it may."""


class Chats:
    """One object per open conversation, shared by all who look at it; written to disk first, then told to them."""

    def __init__(
        self,
        archive: Archive,
        hub: StreamHub,
        news: News,
        first_lanes: Callable[[], list[Lane]],
        rules: KnowsRules,
    ) -> None:
        self._archive = archive
        self._first_lanes = first_lanes
        self._rules = rules
        self._hub = hub
        self._news = news
        self._making = asyncio.Lock()
        self._reading: dict[tuple[int, int, int], asyncio.Task[list[Heading]]] = {}
        self._changes: Counter[int] = Counter()
        self._open: WeakValueDictionary[tuple[int, str], Conversation] = WeakValueDictionary()

    async def open(self, who: Person, uid: str) -> Conversation:
        """Return the conversation; raise ``NotThereError`` when it is not there, was deleted or is another's."""
        if (found := self._open.get((who.id, uid))) is not None:
            return found
        read = await self._archive.open(who, uid)
        if not self._attach(read):  # an answer ended, and was written, while we read
            read = await self._archive.open(who, uid)
            self._attach(read)
        return self._open.setdefault((who.id, uid), read)

    def _attach(self, conversation: Conversation) -> bool:
        """Put the running answers in the place of what the disk holds of them; return whether all were found."""
        found = True
        for turn in conversation.turns:
            for versions in turn.replies.values():
                for at, reply in enumerate(versions):
                    stream = self._hub.find(reply.uid)
                    versions[at] = stream.reply if stream else reply
                    found = found and (stream is not None or reply.state.over)
        return found

    async def blank(self, who: Person) -> Conversation:
        """Return the conversation in which nothing was asked yet; a new one asks whom the newest one asks."""
        async with self._making:
            if uid := await self._archive.blank(who):
                return await self.open(who, uid)
            newest = await self._archive.headings(who, limit=1)
            lanes = await self._archive.lanes(who, newest[0].uid) if newest else self._first_lanes()
            access = await self._rules.rules_of(who)
            return await self.begin(who, [replace(each, uid=new_uid()) for each in lanes if access.allows(each.model)])

    async def watch(self, who: Person, uid: str) -> AsyncGenerator[None, None]:
        """Yield once, and after each change to the conversation's title, lanes, turns or versions."""
        await self.open(who, uid)
        async for _ in self._news.watch(f"conversation {uid}"):
            yield

    async def headings(self, who: Person, limit: int = LISTED) -> list[Heading]:
        """Return the newest conversations for the list, read once for all who ask after the same change."""
        asked = (who.id, limit, self._changes[who.id])
        if asked not in self._reading:
            task = asyncio.create_task(self._archive.headings(who, limit), name="headings")
            task.add_done_callback(lambda _: self._reading.pop(asked))
            self._reading[asked] = task
        return await asyncio.shield(self._reading[asked])

    async def watch_headings(self, who: Person) -> AsyncGenerator[None, None]:
        """Yield once, and after each change to the list."""
        async for _ in self._news.watch(f"headings {who.id}"):
            yield

    async def begin(self, who: Person, lanes: list[Lane]) -> Conversation:
        """Return a new conversation with as many of ``lanes`` as fit, on disk."""
        conversation = Conversation(lanes=lanes[: await self.most_lanes(who)])
        await self._archive.begin(who, conversation)
        self._open[who.id, conversation.uid] = conversation
        return conversation

    async def rename(self, who: Person, uid: str, title: str) -> None:
        """Give the conversation another title; an empty one changes nothing."""
        title = " ".join(title.split())[:LONGEST_TITLE]
        conversation = await self.open(who, uid)
        if title and title != conversation.title:
            await self._archive.rename(who, uid, title)
            conversation.title = title
            self.announce(who, uid)

    async def delete(self, who: Person, uid: str) -> None:
        """Take the conversation out of sight and stop its answers; ``restore`` brings it back."""
        conversation = await self.open(who, uid)
        await self._archive.delete(who, uid)
        for turn in conversation.turns:
            for versions in turn.replies.values():
                for reply in versions:
                    if stream := self._hub.find(reply.uid):
                        stream.stop()
        self._open.pop((who.id, uid), None)
        self.announce(who, uid)

    async def restore(self, who: Person, uid: str) -> None:
        """Bring a deleted conversation back."""
        await self._archive.restore(who, uid)
        self.announce(who, uid)

    async def add_lane(self, who: Person, uid: str, lane: Lane) -> None:
        """Add a voice, which answers from the next prompt on; raise ``TooManyLanesError`` above the limit."""
        conversation = await self.open(who, uid)
        if lane.kind is LaneKind.VOICE:
            await self.demand_room(who, len(conversation.active_lanes) + 1)
        await self._archive.add_lane(who, uid, lane)
        conversation.lanes.append(lane)
        self.announce(who, uid)

    async def set_lanes(self, who: Person, uid: str, lanes: list[Lane]) -> None:
        """Take over all lanes at once; those that are not among them go for good, so none that answered may be missing.

        Raise ``TooManyLanesError`` above the limit.
        """
        conversation = await self.open(who, uid)
        await self.demand_room(who, sum(lane.kind is LaneKind.VOICE and not lane.removed for lane in lanes))
        if lanes != conversation.lanes:
            await self._archive.set_lanes(who, uid, lanes)
            conversation.lanes[:] = lanes
            self.announce(who, uid)

    async def most_lanes(self, who: Person) -> int:
        """Return how many lanes a chat of ``who`` may hold: 24, or fewer where a group says so."""
        return min(MOST_LANES, (await self._rules.rules_of(who)).lanes or MOST_LANES)

    async def demand_room(self, who: Person, lanes: int) -> None:
        """Raise ``TooManyLanesError`` for more lanes than a chat of ``who`` may hold."""
        most = await self.most_lanes(who)
        if lanes > most:
            raise TooManyLanesError(f"A chat holds at most {most} lane{'' if most == 1 else 's'}.")

    async def change_lane(self, who: Person, uid: str, lane: Lane) -> None:
        """Take over name, model and settings of ``lane``; a removed one keeps its history.

        Raise ``TooManyLanesError`` when one comes back where as many are asked as may be.
        """
        conversation = await self.open(who, uid)
        at = conversation.lanes.index(conversation.lane(lane.uid))
        if conversation.lanes[at].removed and not lane.removed and lane.kind is LaneKind.VOICE:
            await self.demand_room(who, len(conversation.active_lanes) + 1)
        lane = replace(lane, name=lane.name.strip()[:LONGEST_NAME] or lane.model.rpartition("/")[2])
        await self._archive.change_lane(who, uid, lane)
        conversation.lanes[at] = lane
        self.announce(who, uid)

    async def change_settings(self, who: Person, uid: str, settings: ChatSettings) -> None:
        """Ask and show the conversation in another way from now on."""
        conversation = await self.open(who, uid)
        conversation.settings = settings  # before it is written: the next change, made meanwhile, builds on it
        await self._archive.save_settings(who, uid, settings)
        self.announce(who, uid)

    async def save_draft(self, who: Person, uid: str, text: str) -> None:
        """Keep what stands in the composer."""
        (await self.open(who, uid)).draft = text
        await self._archive.save_draft(who, uid, text)

    def announce(self, who: Person, uid: str) -> None:
        """Tell all who look at the conversation, or at the list, that it changed."""
        self._news.post(f"conversation {uid}")
        self._changes[who.id] += 1
        self._news.post(f"headings {who.id}")
