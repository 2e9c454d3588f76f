"""Put one prompt to several models."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from typing import Protocol

from omnichat.deltas import Delta
from omnichat.messages import ChatRequest, Message
from omnichat.registry import every_provider
from services.archive import Archive
from services.chats import Chats
from services.contexts import ContextMode
from services.conversations import Conversation, Lane, NotThereError, Turn
from services.histories import context_of, messages_of
from services.hub import ReplyStream, StreamHub
from services.people import Person
from services.replies import ModelReply, new_uid
from services.titles import title_of

GO_ON = "Go on exactly where your last answer stopped. Do not repeat anything and do not comment on the break."


class Speaker(Protocol):
    """Whoever turns a request into deltas: the library's client, or a fake."""

    async def ready(self, model: str) -> None:
        """Return when ``model`` can be asked."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Answer ``request``."""


class EmptyPromptError(ValueError):
    """There is nothing to ask."""


class Asking:
    """The way from a prompt to the streams that answer it."""

    def __init__(self, speaker: Speaker, hub: StreamHub, archive: Archive, chats: Chats) -> None:
        self._speaker = speaker
        self._hub = hub
        self._archive = archive
        self._chats = chats
        self._adding: set[tuple[str, str]] = set()

    async def ask(
        self,
        who: Person,
        uid: str,
        prompt: str,
        *,
        mode: ContextMode = ContextMode.OWN,
        only: Collection[str] = (),
        instead_of: str = "",
    ) -> Turn:
        """Add a turn and start one stream per active lane; raise ``EmptyPromptError`` without words or lanes.

        ``mode`` says what the lanes see of the turns before; ``only`` the lanes with these uids are asked, if there are
        any. The turn follows the one in sight, or stands beside the one that it is asked ``instead_of``.
        """
        conversation = await self._chats.open(who, uid)
        lanes = [lane for lane in conversation.active_lanes if not only or lane.uid in only]
        if not prompt.strip() or not lanes:
            raise EmptyPromptError
        parent = conversation.turn(instead_of).parent if instead_of else conversation.head
        turn = Turn(prompt=prompt.strip(), parent=parent, context_mode=mode)
        turn.replies = {lane.uid: [_reply(lane)] for lane in lanes}
        title = "" if conversation.title else title_of(prompt)
        await self._archive.add_turn(who, uid, turn, title=title)
        conversation.title = conversation.title or title
        conversation.turns.append(turn)
        conversation.head = turn.uid
        for lane in lanes:
            self._start(who, conversation, turn, lane)
        self._chats.announce(who, uid)
        return turn

    async def again(self, who: Person, uid: str, turn_uid: str, lane_uid: str) -> ModelReply:
        """Ask a lane once more and keep what it said before; a lane that is still answering is left to it."""
        conversation, turn, lane = await self._find(who, uid, turn_uid, lane_uid)
        newest = turn.replies[lane_uid][-1]
        if not newest.state.over or (turn_uid, lane_uid) in self._adding:
            return newest
        reply = _reply(lane)
        if newest.task:
            reply.purpose, reply.task, reply.context = newest.purpose, newest.task, newest.context
        await self.add(who, conversation, turn, reply)
        return reply

    async def add(self, who: Person, conversation: Conversation, turn: Turn, reply: ModelReply) -> None:
        """Store a version of a reply, by which its lane stands from now on, and begin to fill it."""
        await self._add(who, turn, reply)
        self._start(who, conversation, turn, conversation.lane(reply.lane_uid))
        self._chats.announce(who, conversation.uid)

    async def go_on(self, who: Person, uid: str, turn_uid: str, lane_uid: str) -> ModelReply:
        """Let a lane go on with an answer that was cut; one without words is asked again.

        An answer that later ones have seen is left as it is: a copy of it goes on, as a version of its own.
        """
        conversation, turn, lane = await self._find(who, uid, turn_uid, lane_uid)
        reply = turn.replies[lane_uid][-1]
        if not reply.text:
            return await self.again(who, uid, turn_uid, lane_uid)
        if reply.state.over and (turn_uid, lane_uid) not in self._adding:
            if conversation.was_seen(reply):
                reply = reply.copy(uid=new_uid(), lane_uid=lane_uid)
                await self._add(who, turn, reply)
            reply.reopen()
            self._start(who, conversation, turn, lane, go_on=True)
            self._chats.announce(who, uid)
        return reply

    async def _add(self, who: Person, turn: Turn, reply: ModelReply) -> None:
        place = (turn.uid, reply.lane_uid)
        self._adding.add(place)
        try:
            await self._archive.add_version(who, turn.uid, reply.lane_uid, reply)
        finally:
            self._adding.discard(place)
        turn.replies.setdefault(reply.lane_uid, []).append(reply)
        turn.chosen.pop(reply.lane_uid, None)

    async def stop(self, who: Person, uid: str, turn_uid: str, lane_uid: str | None = None) -> None:
        """Stop the answer of one lane, or of all lanes, and keep what it has."""
        turn = (await self._chats.open(who, uid)).turn(turn_uid)
        for reply_lane, versions in turn.replies.items():
            for reply in versions if lane_uid in {None, reply_lane} else ():
                if stream := self._hub.find(reply.uid):
                    stream.stop()

    def request(self, conversation: Conversation, reply_uid: str) -> ChatRequest:
        """Return the request that led to a reply, as it was sent; raise ``NotThereError`` when there is none."""
        for turn in conversation.turns:
            for versions in turn.replies.values():
                for reply in versions:
                    if reply.uid == reply_uid:
                        return _request(conversation, turn, reply, go_on=False)
        raise NotThereError(reply_uid)

    def stream(self, reply: ModelReply) -> ReplyStream | None:
        """Return the stream that fills ``reply``, to be watched; none when it is over."""
        return self._hub.find(reply.uid)

    async def _find(self, who: Person, uid: str, turn_uid: str, lane_uid: str) -> tuple[Conversation, Turn, Lane]:
        conversation = await self._chats.open(who, uid)
        turn = conversation.turn(turn_uid)
        if lane_uid not in turn.replies:
            raise NotThereError(lane_uid)
        return conversation, turn, conversation.lane(lane_uid)

    def _start(self, who: Person, conversation: Conversation, turn: Turn, lane: Lane, *, go_on: bool = False) -> None:
        reply = turn.replies[lane.uid][-1]
        self._hub.start(reply, self._answer(who, conversation, turn, lane, reply, go_on=go_on))

    async def _answer(
        self, who: Person, conversation: Conversation, turn: Turn, lane: Lane, reply: ModelReply, *, go_on: bool
    ) -> AsyncGenerator[Delta, None]:
        """Answer when all that the lane has to remember of the turns before was said; note what that is."""
        for before in conversation.awaited(turn, lane):
            if stream := self._hub.find(before.uid):
                await stream.over()
        await self._speaker.ready(reply.model)
        if not (go_on or reply.task):
            reply.context = context_of(conversation, lane, turn, turn.context_mode)
            contexts = {uid: other.context for uid, other in conversation.every_reply().items()}
            await self._archive.note_context(who, reply, contexts)
        request = _request(conversation, turn, reply, go_on=go_on)
        reply.ask()
        async with aclosing(self._speaker.stream(request)) as deltas:
            async for delta in deltas:
                yield delta


def _reply(lane: Lane) -> ModelReply:
    return ModelReply(lane_uid=lane.uid, model=lane.model, parameters=lane.parameters)


def _request(conversation: Conversation, turn: Turn, reply: ModelReply, *, go_on: bool) -> ChatRequest:
    prompt, system_prompt = reply.task or turn.prompt, reply.parameters.system_prompt
    messages = messages_of(conversation, reply.context, prompt, system_prompt)
    if go_on:
        messages = (*messages, Message.of("assistant", reply.text))
        provider = every_provider().get(reply.model.partition("/")[0])
        if not (provider and provider.continues):
            messages = (*messages, Message.of("user", GO_ON))
    return reply.parameters.applied(ChatRequest(model=reply.model, messages=messages))
