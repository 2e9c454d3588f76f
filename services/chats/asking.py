"""Put one prompt to several models."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence

from services.chats.answering import Answering
from services.chats.archive import Archive
from services.chats.chat_settings import OverCap
from services.chats.chats import Chats
from services.chats.contexts import Context
from services.chats.conversations import Conversation, Lane, NotThereError, Turn
from services.chats.estimates import Estimate, OverCapError, PriceOf, estimates, total, within_cap
from services.chats.histories import context_of
from services.chats.hub import ReplyStream, StreamHub
from services.chats.replies import ModelReply, ReplyState, new_uid
from services.chats.titles import title_of
from services.models.parameters import Parameters
from services.people.person import Person


class EmptyPromptError(ValueError):
    """There is nothing to ask."""


class Asking:
    """The way from a prompt to the streams that answer it."""

    def __init__(
        self,
        answering: Answering,
        hub: StreamHub,
        archive: Archive,
        chats: Chats,
        effective: Callable[[Person, Sequence[Lane]], Awaitable[Sequence[Parameters]]],
        price_of: PriceOf,
        pace: Callable[[Person], Awaitable[None]],
    ) -> None:
        self._pace = pace
        self._answering = answering
        self._hub = hub
        self._archive = archive
        self._chats = chats
        self._effective = effective
        self._price_of = price_of
        self._adding: set[tuple[str, str]] = set()

    async def ask(
        self,
        who: Person,
        uid: str,
        prompt: str,
        *,
        only: Collection[str] = (),
        instead_of: str = "",
        anyway: bool = False,
    ) -> Turn:
        """Add a turn and start one stream per active lane; raise ``EmptyPromptError`` without words or lanes.

        ``only`` the lanes with these uids are asked, if there are any. The turn follows the one in sight, or stands
        beside the one that it is asked ``instead_of``. What may cost more than the conversation's cap is refused with
        an ``OverCapError``, or sent without the dearest lanes, as its settings say, or sent ``anyway``. More lanes than
        ``who`` may ask at once are refused with a ``TooManyLanesError``.
        """
        conversation = await self._chats.open(who, uid)
        lanes = [lane for lane in conversation.active_lanes if not only or lane.uid in only]
        if not prompt.strip() or not lanes:
            raise EmptyPromptError
        if not anyway:
            lanes = self._affordable(conversation, lanes, prompt)
        await self._pace(who)
        await self._chats.demand_room(who, len(lanes))
        parent = conversation.turn(instead_of).parent if instead_of else conversation.head
        turn = Turn(prompt=prompt.strip(), parent=parent, context_mode=conversation.settings.mode)
        turn.replies = {reply.lane_uid: [reply] for reply in await self._replies(who, lanes)}
        contexts = self._foresee(conversation, turn, lanes)
        title = "" if conversation.title else title_of(prompt)
        await self._archive.add_turn(who, uid, turn, title=title, contexts=contexts)
        conversation.title = conversation.title or title
        conversation.turns.append(turn)
        conversation.head = turn.uid
        for versions in turn.replies.values():
            self._answering.start(who, conversation, turn, versions[-1])
        self._chats.announce(who, uid)
        return turn

    def _foresee(self, conversation: Conversation, turn: Turn, lanes: Sequence[Lane]) -> dict[str, Context]:
        """Let each lane that need not wait know what it will be sent, so that this is written with its turn."""
        for lane in lanes:
            if not conversation.awaited(turn, lane):
                turn.replies[lane.uid][0].context = context_of(conversation, lane, turn, turn.context_mode)
        return {uid: reply.context for uid, reply in conversation.every_reply().items()}

    def estimate(self, conversation: Conversation, prompt: str, *, only: Collection[str] = ()) -> list[Estimate]:
        """Return about what each lane takes to answer ``prompt`` now."""
        lanes = [lane for lane in conversation.active_lanes if not only or lane.uid in only]
        return estimates(conversation, lanes, prompt, self._price_of)

    async def again(self, who: Person, uid: str, turn_uid: str, lane_uid: str) -> ModelReply:
        """Ask a lane once more and keep what it said before; a lane that is still answering is left to it."""
        await self._pace(who)
        conversation, turn, lane = await self._find(who, uid, turn_uid, lane_uid)
        newest = turn.replies[lane_uid][-1]
        if not newest.state.over or (turn_uid, lane_uid) in self._adding:
            return newest
        self._adding.add((turn_uid, lane_uid))
        try:
            (reply,) = await self._replies(who, [lane])
            if newest.task:
                reply.purpose, reply.task, reply.context = newest.purpose, newest.task, newest.context
            await self._add(who, conversation, turn, reply)
        finally:
            self._adding.discard((turn_uid, lane_uid))
        return reply

    async def retry_failed(self, who: Person, uid: str, turn_uid: str) -> list[ModelReply]:
        """Ask the lanes once more whose last answer to the turn failed, and no other; judges are left alone."""
        conversation = await self._chats.open(who, uid)
        failed = conversation.failed(conversation.turn(turn_uid))
        return [await self.again(who, uid, turn_uid, lane.uid) for lane in failed]

    async def backfill(self, who: Person, uid: str, lane_uid: str) -> None:
        """Let a lane that came later answer the turns in sight that it has no answer to, one after the other."""
        await self._pace(who)
        conversation = await self._chats.open(who, uid)
        lane = conversation.lane(lane_uid)
        for turn in conversation.path:
            if not turn.replies.get(lane_uid):
                (reply,) = await self._replies(who, [lane])
                await self._add(who, conversation, turn, reply)

    async def go_on(self, who: Person, uid: str, turn_uid: str, lane_uid: str) -> ModelReply:
        """Let a lane go on with an answer that was cut; one without words is asked again.

        An answer that later ones have seen is left as it is: a copy of it goes on, as a version of its own.
        """
        await self._pace(who)
        conversation, turn, _ = await self._find(who, uid, turn_uid, lane_uid)
        reply = turn.replies[lane_uid][-1]
        if not reply.text:
            return await self.again(who, uid, turn_uid, lane_uid)
        if reply.state.over and (turn_uid, lane_uid) not in self._adding:
            if conversation.was_seen(reply):
                reply = reply.copy(uid=new_uid(), lane_uid=lane_uid)
                await self._store(who, turn, reply)
            reply.reopen()
            self._answering.start(who, conversation, turn, reply, go_on=True)
            self._chats.announce(who, uid)
        return reply

    async def add(self, who: Person, conversation: Conversation, turn: Turn, reply: ModelReply) -> None:
        """Store a version of a reply, by which its lane stands from now on, and begin to fill it."""
        await self._pace(who)
        await self._add(who, conversation, turn, reply)

    async def _add(self, who: Person, conversation: Conversation, turn: Turn, reply: ModelReply) -> None:
        await self._store(who, turn, reply)
        self._answering.start(who, conversation, turn, reply)
        self._chats.announce(who, conversation.uid)

    async def stop(self, who: Person, uid: str, turn_uid: str, lane_uid: str | None = None) -> None:
        """Stop the answer of one lane, or of all lanes, and keep what it has."""
        turn = (await self._chats.open(who, uid)).turn(turn_uid)
        for reply_lane, versions in turn.replies.items():
            for reply in versions if lane_uid in {None, reply_lane} else ():
                if stream := self._hub.find(reply.uid):
                    stream.stop()

    async def withdraw(self, who: Person, uid: str, turn_uid: str) -> str:
        """Take back a prompt that no lane has begun to answer, as if it was never sent; return its words.

        Raise ``NotThereError`` once an answer has begun, or when another turn follows.
        """
        conversation = await self._chats.open(who, uid)
        turn = conversation.turn(turn_uid)
        replies = [reply for versions in turn.replies.values() for reply in versions]
        followed = any(each.parent == turn_uid for each in conversation.turns)
        if followed or any(reply.state is not ReplyState.WAITING or reply.text for reply in replies):
            raise NotThereError(turn_uid)
        conversation.turns.remove(turn)
        conversation.head = turn.parent
        for reply in replies:
            if stream := self._hub.find(reply.uid):
                stream.stop()
        await self._archive.delete_turn(who, uid, turn_uid, head=turn.parent)
        self._chats.announce(who, uid)
        return turn.prompt

    def stream(self, reply: ModelReply) -> ReplyStream | None:
        """Return the stream that fills ``reply``, to be watched; none when it is over."""
        return self._hub.find(reply.uid)

    def _affordable(self, conversation: Conversation, lanes: Sequence[Lane], prompt: str) -> list[Lane]:
        settings = conversation.settings
        if settings.cap is None:
            return list(lanes)
        found = estimates(conversation, lanes, prompt, self._price_of)
        kept = found if total(found) <= settings.cap else within_cap(found, settings.cap)
        if len(kept) < len(found) and (settings.over_cap is OverCap.REFUSE or not kept):
            raise OverCapError(
                f"This prompt may cost ${total(found):.4f}; the cap of this chat is ${settings.cap:.4f}."
            )
        return [each.lane for each in kept]

    async def _store(self, who: Person, turn: Turn, reply: ModelReply) -> None:
        place = (turn.uid, reply.lane_uid)
        self._adding.add(place)
        try:
            await self._archive.add_version(who, turn.uid, reply.lane_uid, reply)
        finally:
            self._adding.discard(place)
        turn.replies.setdefault(reply.lane_uid, []).append(reply)
        turn.chosen.pop(reply.lane_uid, None)

    async def _replies(self, who: Person, lanes: Sequence[Lane]) -> list[ModelReply]:
        """Return an answer to come for each lane; it keeps all that it is asked with."""
        asked_with = await self._effective(who, lanes)
        return [
            ModelReply(lane_uid=lane.uid, model=lane.model, parameters=each)
            for lane, each in zip(lanes, asked_with, strict=True)
        ]

    async def _find(self, who: Person, uid: str, turn_uid: str, lane_uid: str) -> tuple[Conversation, Turn, Lane]:
        conversation = await self._chats.open(who, uid)
        turn = conversation.turn(turn_uid)
        if lane_uid not in turn.replies:
            raise NotThereError(lane_uid)
        return conversation, turn, conversation.lane(lane_uid)
