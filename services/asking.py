"""Put one prompt to several models."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from omnichat.deltas import Delta
from omnichat.messages import ChatRequest, Message
from services.archive import Archive
from services.chats import Chats
from services.conversations import Conversation, Lane, NotThereError, Turn
from services.hub import ReplyStream, StreamHub
from services.parameters import Parameters
from services.people import Person
from services.replies import ModelReply
from services.titles import title_of

GO_ON = "Go on exactly where your last answer stopped. Do not repeat anything and do not comment on the break."


class Speaker(Protocol):
    """Whoever turns a request into deltas: the library's client, or a fake."""

    async def ready(self, model: str) -> None:
        """Return when ``model`` can be asked."""

    async def continues(self, who: Person, model: str) -> bool:
        """Return whether ``model`` goes on with its own last words when they are the last message."""

    def stream(self, who: Person, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """Answer ``request`` with what is within the reach of ``who``."""


class EmptyPromptError(ValueError):
    """There is nothing to ask."""


class Asking:
    """The way from a prompt to the streams that answer it."""

    def __init__(
        self,
        speaker: Speaker,
        hub: StreamHub,
        archive: Archive,
        chats: Chats,
        effective: Callable[[Person, Lane], Awaitable[Parameters]],
    ) -> None:
        self._speaker = speaker
        self._hub = hub
        self._archive = archive
        self._chats = chats
        self._effective = effective
        self._adding: set[tuple[str, str]] = set()

    async def ask(self, who: Person, uid: str, prompt: str) -> Turn:
        """Add a turn and start one stream per active lane; raise ``EmptyPromptError`` without words or lanes."""
        conversation = await self._chats.open(who, uid)
        lanes = conversation.active_lanes
        if not prompt.strip() or not lanes:
            raise EmptyPromptError
        turn = Turn(prompt=prompt.strip())
        turn.replies = {lane.uid: [await self._reply(who, lane)] for lane in lanes}
        title = "" if conversation.title else title_of(prompt)
        await self._archive.add_turn(who, uid, turn, title=title)
        conversation.title = conversation.title or title
        conversation.turns.append(turn)
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
        self._adding.add((turn_uid, lane_uid))
        try:
            reply = await self._reply(who, lane)
            await self._archive.add_version(who, turn_uid, lane_uid, reply)
        finally:
            self._adding.discard((turn_uid, lane_uid))
        turn.replies[lane_uid].append(reply)
        self._start(who, conversation, turn, lane)
        self._chats.announce(who, uid)
        return reply

    async def go_on(self, who: Person, uid: str, turn_uid: str, lane_uid: str) -> ModelReply:
        """Let a lane go on with an answer that was cut; one without words is asked again."""
        conversation, turn, lane = await self._find(who, uid, turn_uid, lane_uid)
        reply = turn.replies[lane_uid][-1]
        if not reply.text:
            return await self.again(who, uid, turn_uid, lane_uid)
        if reply.state.over:
            reply.reopen()
            self._start(who, conversation, turn, lane, go_on=True)
            self._chats.announce(who, uid)
        return reply

    async def stop(self, who: Person, uid: str, turn_uid: str, lane_uid: str | None = None) -> None:
        """Stop the answer of one lane, or of all lanes, and keep what it has."""
        turn = (await self._chats.open(who, uid)).turn(turn_uid)
        for reply_lane, versions in turn.replies.items():
            for reply in versions if lane_uid in {None, reply_lane} else ():
                if stream := self._hub.find(reply.uid):
                    stream.stop()

    def stream(self, reply: ModelReply) -> ReplyStream | None:
        """Return the stream that fills ``reply``, to be watched; none when it is over."""
        return self._hub.find(reply.uid)

    async def _reply(self, who: Person, lane: Lane) -> ModelReply:
        """Return an answer to come; it keeps all that it is asked with."""
        return ModelReply(lane_uid=lane.uid, model=lane.model, parameters=await self._effective(who, lane))

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
        """Answer when the lane is done with the turns before, since it has to remember what it said there."""
        for earlier in conversation.turns[: conversation.turns.index(turn)]:
            for before in earlier.replies.get(lane.uid, ()):
                if stream := self._hub.find(before.uid):
                    await stream.over()
        await self._speaker.ready(reply.model)
        request = _request(conversation, turn, lane, reply)
        if go_on:
            words = [Message.of("assistant", reply.text)]
            if not await self._speaker.continues(who, reply.model):
                words.append(Message.of("user", GO_ON))
            request = replace(request, messages=(*request.messages, *words))
        reply.ask()
        async with aclosing(self._speaker.stream(who, request)) as deltas:
            async for delta in deltas:
                yield delta


def _request(conversation: Conversation, turn: Turn, lane: Lane, reply: ModelReply) -> ChatRequest:
    messages = conversation.history(lane, turn, reply.parameters.system_prompt)
    return reply.parameters.applied(ChatRequest(model=reply.model, messages=messages))
