"""``client.realtime``: speak with a model over a WebSocket, in OpenAI's events whoever it belongs to.

https://developers.openai.com/api/docs/guides/realtime
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, Self

from omnichat.capabilities import Capability
from omnichat.errors import ConnectionFailedError, ProviderError, UnsupportedError
from omnichat.gemini_live import GeminiWire, VertexWire
from omnichat.live_wire import LiveWire, OpenAIWire
from omnichat.provider import Provider
from omnichat.realtime_events import Conversation, InputAudioBuffer, RealtimeEvent, Response, Session
from omnichat.registry import split
from omnichat.wire_json import read_object

WIRES: Mapping[str, Callable[[str], LiveWire]] = {"openai": OpenAIWire, "gemini": GeminiWire, "vertex": VertexWire}


class Socket(Protocol):
    """An open WebSocket."""

    async def send(self, text: str) -> None:
        """Send a text."""

    async def receive(self) -> str | None:
        """Return the next text, or nothing at the end."""

    async def close(self) -> None:
        """Hang up."""


class Dialer(Protocol):
    """What stands behind the connections."""

    def dial(self, provider: Provider, model: str, path: Callable[[str], str]) -> AbstractAsyncContextManager[Socket]:
        """Give an open WebSocket at what ``path`` returns for the provider's base address."""


class AsyncRealtimeConnection:
    """A conversation that is on: ``send`` and ``recv`` events, or iterate over them until it is over.

    ``session``, ``response``, ``conversation.item`` and ``input_audio_buffer`` send the events by name.
    """

    def __init__(self, socket: Socket, wire: LiveWire, provider: str) -> None:
        self._socket = socket
        self._wire = wire
        self._provider = provider
        self._here = deque(wire.greeting())
        self.session: Session[Awaitable[None]] = Session(self.send)
        self.response: Response[Awaitable[None]] = Response(self.send)
        self.conversation: Conversation[Awaitable[None]] = Conversation(self.send)
        self.input_audio_buffer: InputAudioBuffer[Awaitable[None]] = InputAudioBuffer(self.send)

    async def send(self, event: Mapping[str, Any]) -> None:
        """Send an event of OpenAI's; a ``BadRequestError`` says that the provider has no such thing."""
        try:
            frames = self._wire.outgoing(event)
        except ProviderError as error:
            error.told(self._provider)
            raise
        await self._post(frames)

    async def recv(self) -> RealtimeEvent:
        """Return the next event of the server; a ``ConnectionFailedError`` says that the conversation is over."""
        event = await self.next()
        if event is None:
            raise ConnectionFailedError("the conversation is over", provider=self._provider)
        return event

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> RealtimeEvent:
        event = await self.next()
        if event is None:
            raise StopAsyncIteration
        return event

    async def next(self) -> RealtimeEvent | None:
        """Return the next event of the server, or nothing once it is over."""
        while not self._here:
            text = await self._socket.receive()
            if text is None:
                return None
            try:
                events, due = self._wire.incoming(read_object(text))
            except ProviderError as error:
                error.told(self._provider)
                raise
            self._here.extend(events)
            await self._post(due)
        return RealtimeEvent(self._here.popleft())

    async def _post(self, frames: list[Mapping[str, Any]]) -> None:
        for frame in frames:
            await self._socket.send(json.dumps(frame, ensure_ascii=False))


class AsyncRealtime:
    """The ``realtime`` of a client."""

    def __init__(self, client: Dialer) -> None:
        self._client = client

    @asynccontextmanager
    async def connect(self, *, model: str) -> AsyncIterator[AsyncRealtimeConnection]:
        """Give a conversation with ``model``; leaving hangs up.

        An ``UnsupportedError`` says that the provider offers none, other errors why it does not want to.
        """
        provider, name = split(model)
        if provider.realtime not in WIRES:
            raise UnsupportedError(model, Capability.REALTIME)
        wire = WIRES[provider.realtime](name)
        async with self._client.dial(provider, name, wire.path) as socket:
            yield AsyncRealtimeConnection(socket, wire, provider.name)
