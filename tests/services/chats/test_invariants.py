"""What has to hold whatever people do in whatever order."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnichat.deltas import Delta, FinishDelta, FinishReason, TextDelta
from omnichat.errors import ServerError
from omnichat.messages import ChatRequest
from omnichat.retrying import OnWait
from services.chats.answering import request_for
from services.chats.contexts import ContextMode
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.replies import ModelReply, ReplyState
from services.chats.verdicts import NotReadyError
from services.people.person import Person
from tests.services.office import Office, an_office

TAG = re.compile(r"<(\w+)#\d+>")
ACTS = ("ask", "ask", "ask", "stop", "again", "adopt", "add", "remove", "mode", "edit", "walk", "choose", "go_on")
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 99)), min_size=4, max_size=22)
FAILS = st.sets(st.integers(0, 60), max_size=12)


class TaggedSpeaker:
    """Every model marks each of its words with its own name; some answers fail half way."""

    def __init__(self, fails: set[int]) -> None:
        self._fails = fails
        self.heard: list[ChatRequest] = []

    async def ready(self, model: str) -> None:
        await asyncio.sleep(0)

    async def continues(self, who: Person, model: str) -> bool:
        return False

    async def stream(self, who: Person, request: ChatRequest, on_wait: OnWait) -> AsyncGenerator[Delta, None]:
        number, name = len(self.heard), request.model.rpartition("/")[2]
        self.heard.append(request)
        for word in range(3):
            await asyncio.sleep(0)
            yield TextDelta(f"<{name}#{number}{word}>")
            if number in self._fails and word == 1:
                raise ServerError("half way", provider="fake")
        yield FinishDelta(FinishReason.STOP)


class Crowd:
    """Does what the steps say, as far as it can be done."""

    def __init__(self, office: Office, chat: Conversation) -> None:
        self.office = office
        self.chat = chat

    async def do(self, act: str, number: int) -> None:
        office, who, uid = self.office, self.office.who, self.chat.uid
        turns, lanes = self.chat.turns, self.chat.active_lanes
        turn = turns[number % len(turns)] if turns else None
        replies = [reply for versions in turn.replies.values() for reply in versions] if turn else []
        reply = replies[number % len(replies)] if replies else None
        if act == "ask" and lanes:
            await office.asking.ask(who, uid, f"prompt {number}")
        elif act == "add" and len(self.chat.lanes) < 6:
            name = f"m{len(self.chat.lanes)}"
            await office.chats.add_lane(who, uid, Lane(model=f"fake/{name}", name=name))
        elif act == "remove" and len(lanes) > 1:
            await office.chats.change_lane(who, uid, replace(lanes[number % len(lanes)], removed=True))
        elif act == "mode":
            await office.look_at(self.chat, list(ContextMode)[number % 4])
        elif turn and reply:
            await self._touch(act, turn, reply)
        for _ in range(number % 7):
            await asyncio.sleep(0)

    async def _touch(self, act: str, turn: Turn, reply: ModelReply) -> None:
        office, who, uid = self.office, self.office.who, self.chat.uid
        match act:
            case "stop":
                await office.asking.stop(who, uid, turn.uid, reply.lane_uid)
            case "again":
                await office.asking.again(who, uid, turn.uid, reply.lane_uid)
            case "go_on" if reply.state in {ReplyState.STOPPED, ReplyState.FAILED}:
                await office.asking.go_on(who, uid, turn.uid, reply.lane_uid)
            case "adopt":
                try:
                    await office.verdicts.adopt(who, uid, turn.uid, reply.uid)
                except NotReadyError:
                    assert not (reply.state.over and reply.text)
            case _:
                await self._look_elsewhere(act, turn, reply)

    async def _look_elsewhere(self, act: str, turn: Turn, reply: ModelReply) -> None:
        office, who, uid = self.office, self.office.who, self.chat.uid
        if act == "edit" and self.chat.active_lanes:
            await office.asking.ask(who, uid, "worded anew", instead_of=turn.uid)
        elif act == "walk":
            await office.verdicts.walk(who, uid, turn.uid)
        elif act == "choose":
            await office.verdicts.choose(who, uid, turn.uid, reply.uid)


def replies_of(chat: Conversation) -> list[tuple[Turn, ModelReply]]:
    return [(turn, reply) for turn in chat.turns for versions in turn.replies.values() for reply in versions]


def said_by_lanes(request: ChatRequest) -> set[str]:
    return {tag for message in request.messages if message.role == "assistant" for tag in TAG.findall(message.text)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, fails=FAILS)
def test_lanes_never_mix_and_everything_can_be_told_again(
    tmp_path: Path, steps: list[tuple[str, int]], fails: set[int]
) -> None:
    async def run() -> None:
        async with an_office(tmp_path) as office:
            speaker = TaggedSpeaker(fails)
            office.let_speak(speaker)
            names = ("m0", "m1", "m2")
            lanes = [Lane(model=f"fake/{name}", name=name) for name in names]
            crowd = Crowd(office, await office.chats.begin(office.who, lanes))
            for act, number in steps:
                await crowd.do(act, number)
            await office.settle()
            check(crowd.chat, await office.stored(crowd.chat), speaker.heard)

    asyncio.run(run())


def check(chat: Conversation, stored: Conversation, heard: list[ChatRequest]) -> None:
    for turn, reply in replies_of(stored):
        own = reply.model.rpartition("/")[2]
        assert set(TAG.findall(reply.text)) <= {own}, "a card shows its own lane's words"
        assert reply.state.over
        request = request_for(stored, turn, reply)
        if turn.context_mode is ContextMode.OWN:
            assert said_by_lanes(request) <= {own}, "a lane is sent only what it said itself"
        before = {seen.turn for seen in reply.context}
        assert before <= {each.uid for each in stored.path_to(turn)[:-1]}, "nothing from another branch"
    texts = {reply.uid: (reply.text, reply.state) for _, reply in replies_of(chat)}
    assert texts == {reply.uid: (reply.text, reply.state) for _, reply in replies_of(stored)}, "all is on disk"
    again = {repr(request_for(stored, turn, reply)) for turn, reply in replies_of(stored)}
    gone_on = {repr(request) for request in heard if request.messages[-1].text.startswith("Go on exactly")}
    assert {repr(request) for request in heard} - gone_on <= again, "each request can be built again from the disk"
