"""How one reply comes about: what it waits for, what it is sent, what happens when it is the first."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from omnichat.deltas import Delta
from omnichat.messages import ChatRequest, Message
from omnichat.retrying import OnWait
from services.chats.archive import Archive
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.gate import Gate
from services.chats.histories import context_of, messages_of
from services.chats.hub import StreamHub
from services.chats.replies import ModelReply
from services.moderation.moderation import Moderation
from services.moderation.reviews import Case
from services.people.person import Person
from services.people.rules import Access, KnowsRules
from services.together import Together

GO_ON = "Go on exactly where your last answer stopped. Do not repeat anything and do not comment on the break."
LOCAL = "local"


class Speaker(Protocol):
    """Whoever turns a request into deltas: the library's client, or a fake."""

    async def ready(self, model: str) -> None:
        """Return when ``model`` can be asked."""

    async def continues(self, who: Person, model: str) -> bool:
        """Return whether ``model`` goes on with its own last words when they are the last message."""

    def stream(self, who: Person, request: ChatRequest, on_wait: OnWait) -> AsyncGenerator[Delta, None]:
        """Answer ``request`` with what is within the reach of ``who``; tell of waits between attempts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many answers may be given at once: by one provider, to one person, by this computer's own models."""

    provider: int = 100
    person: int = 100
    local: int = 1


class Answering:
    """Fill replies, each in its turn; a lane answers only when all that it has to remember was said.

    Every answer comes by here, whatever asked for it, so here it is seen whether its model may be asked.
    """

    def __init__(
        self,
        speaker: Speaker,
        hub: StreamHub,
        archive: Archive,
        rules: KnowsRules,
        limits: Limits | None = None,
        moderation: Moderation | None = None,
    ) -> None:
        self._speaker = speaker
        self._hub = hub
        self._archive = archive
        self._access = Together[Person, Access](rules.rules_of)
        self._limits = limits or Limits()
        self._gate = Gate()
        self.moderation = moderation

    def start(
        self, who: Person, conversation: Conversation, turn: Turn, reply: ModelReply, *, go_on: bool = False
    ) -> None:
        """Begin to fill ``reply``, or to ``go_on`` with it."""
        self._hub.start(reply, self._answer(who, conversation, turn, reply, go_on=go_on))

    async def _answer(
        self, who: Person, conversation: Conversation, turn: Turn, reply: ModelReply, *, go_on: bool
    ) -> AsyncGenerator[Delta, None]:
        lane = conversation.lane(reply.lane_uid)
        (await self._access(who)).demand_model(reply.model)
        for before in conversation.awaited(turn, lane):
            if stream := self._hub.find(before.uid):
                await stream.over()
        await self._speaker.ready(reply.model)
        access = await self._access(who)  # it may have changed while we waited
        access.demand_model(reply.model)
        keys = self._keys(who, conversation, reply, access)
        async with self._gate.entered(keys, lambda place: self._queue(reply, place)):
            if not (go_on or reply.task):
                await self._note_context(who, conversation, turn, lane, reply)
            request = request_for(conversation, turn, reply)
            if go_on:
                request = await self._onward(who, reply, request)
            case = Case(who=who, conversation=conversation.uid, turn=turn.uid, reply=reply)
            answer = self._speaker.stream(who, request, lambda _, seconds: self._wait(reply, seconds))
            if self.moderation:
                words = reply.parameters.system_prompt, reply.task or turn.prompt
                answer = await self.moderation.watch_over(case, [each or "" for each in words], answer)
            reply.ask()
            async with aclosing(answer) as deltas:
                async for delta in deltas:
                    yield delta
        if conversation.settings.race and reply.text and not reply.task:
            self._stop_others(turn, reply)

    def _keys(self, who: Person, conversation: Conversation, reply: ModelReply, access: Access) -> Mapping[str, int]:
        """Return what an answer uses, and how many may use it at once."""
        provider = reply.model.partition("/")[0]
        keys = {
            f"person {who.uid}": min(self._limits.person, access.answers or self._limits.person),
            f"provider {provider}": self._limits.local if provider == LOCAL else self._limits.provider,
        }
        return {**keys, f"chat {conversation.uid}": 1} if conversation.settings.sequential else keys

    def _queue(self, reply: ModelReply, place: int) -> None:
        reply.place = place
        if stream := self._hub.find(reply.uid):
            stream.note()

    def _wait(self, reply: ModelReply, seconds: float) -> None:
        reply.until = time.monotonic() + seconds
        if stream := self._hub.find(reply.uid):
            stream.note()

    async def _onward(self, who: Person, reply: ModelReply, request: ChatRequest) -> ChatRequest:
        """Return ``request`` with what the reply has so far, to be gone on with."""
        words = [Message.of("assistant", reply.text)]
        if not await self._speaker.continues(who, reply.model):
            words.append(Message.of("user", GO_ON))
        return replace(request, messages=(*request.messages, *words))

    async def _note_context(
        self, who: Person, conversation: Conversation, turn: Turn, lane: Lane, reply: ModelReply
    ) -> None:
        """Write down what the reply is about to be sent, so that it can be told at any time."""
        context = context_of(conversation, lane, turn, turn.context_mode)
        if context == reply.context:
            return
        reply.context = context
        contexts = {uid: other.context for uid, other in conversation.every_reply().items()}
        await self._archive.note_context(who, reply, contexts)

    def _stop_others(self, turn: Turn, winner: ModelReply) -> None:
        for versions in turn.replies.values():
            for reply in versions:
                stream = self._hub.find(reply.uid)
                if stream and reply is not winner and not reply.task:
                    stream.stop()


def request_for(conversation: Conversation, turn: Turn, reply: ModelReply) -> ChatRequest:
    """Return the request that leads to ``reply``: the same whenever it is built, from memory or from the disk."""
    prompt, system_prompt = reply.task or turn.prompt, reply.parameters.system_prompt
    messages = messages_of(conversation, reply.context, prompt, system_prompt)
    return reply.parameters.applied(ChatRequest(model=reply.model, messages=messages))
