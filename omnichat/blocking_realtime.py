"""``client.realtime`` for programs without an event loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, Self, TypeVar

from omnichat.client import AsyncClient
from omnichat.realtime import AsyncRealtimeConnection
from omnichat.realtime_events import Conversation, InputAudioBuffer, RealtimeEvent, Response, Session

T = TypeVar("T")


class Waiter(Protocol):
    """Who runs things in another thread."""

    def wait_for(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run ``work`` there and return what it returns."""


class RealtimeConnection:
    """A conversation that is on; see ``AsyncRealtimeConnection``."""

    def __init__(self, client: Waiter, inner: AsyncRealtimeConnection) -> None:
        self._client = client
        self._inner = inner
        self.session: Session[None] = Session(self.send)
        self.response: Response[None] = Response(self.send)
        self.conversation: Conversation[None] = Conversation(self.send)
        self.input_audio_buffer: InputAudioBuffer[None] = InputAudioBuffer(self.send)

    def send(self, event: Mapping[str, Any]) -> None:
        """Send an event of OpenAI's."""
        self._client.wait_for(lambda: self._inner.send(event))

    def recv(self) -> RealtimeEvent:
        """Return the next event of the server."""
        return self._client.wait_for(self._inner.recv)

    def close(self) -> None:
        """Hang up."""
        self._client.wait_for(self._inner.close)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> RealtimeEvent:
        event = self._client.wait_for(self._inner.next)
        if event is None:
            raise StopIteration
        return event


class Realtime:
    """The ``realtime`` of a client."""

    def __init__(self, client: Waiter, inner: AsyncClient) -> None:
        self._client = client
        self._inner = inner

    @contextmanager
    def connect(self, *, model: str) -> Iterator[RealtimeConnection]:
        """Give a conversation with ``model``; leaving hangs up."""
        opened = self._inner.realtime.connect(model=model)
        connection = RealtimeConnection(self._client, self._client.wait_for(opened.__aenter__))
        try:
            yield connection
        finally:
            self._client.wait_for(lambda: opened.__aexit__(None, None, None))
