"""Stand-ins for what is slow, paid for or far away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from omnichat.deltas import Delta, FinishDelta, FinishReason, TextDelta
from omnichat.errors import RateLimitError
from omnichat.messages import ChatRequest
from omnichat.retrying import OnWait
from services.people.person import Person
from services.people.rules import Access, Feature


@dataclass
class Doorman:
    """Let everybody use the same."""

    access: Access = field(default_factory=Access)

    async def rules_of(self, who: Person) -> Access:
        return self.access

    async def demand(self, who: Person, feature: Feature) -> None:
        self.access.demand(feature)


Step = Delta | Exception | asyncio.Event | float


def says(*words: str) -> list[Step]:
    """Return a script that says ``words`` and comes to its end."""
    return [*map(TextDelta, words), FinishDelta(FinishReason.STOP)]


class ScriptedSpeaker:
    """Follow the script given for each model: say its deltas, raise its errors, wait for its events."""

    def __init__(self, **scripts: list[Step]) -> None:
        self.scripts = {f"fake/{name}": script for name, script in scripts.items()}
        self.heard: list[ChatRequest] = []
        self.closed: list[str] = []
        self.continuing: set[str] = set()

    async def ready(self, model: str) -> None:
        return

    async def continues(self, who: Person, model: str) -> bool:
        return model in self.continuing

    async def stream(self, who: Person, request: ChatRequest, on_wait: OnWait) -> AsyncGenerator[Delta, None]:
        self.heard.append(request)
        try:
            for step in self.scripts[request.model]:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, float):
                    on_wait(RateLimitError("slow down", provider="fake"), step)
                else:
                    yield step
        finally:
            self.closed.append(request.model)

    def requests_to(self, name: str) -> list[ChatRequest]:
        return [request for request in self.heard if request.model == f"fake/{name}"]
