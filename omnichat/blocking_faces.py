"""All that hangs on a client for programs without an event loop; loaded with the first one."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from omnichat.blocking_chat import Chat, Models, Responses
from omnichat.blocking_endpoints import Audio, Embeddings, Files, Images, Moderations, TextCompletions
from omnichat.blocking_realtime import Realtime
from omnichat.blocking_stream import Stream
from omnichat.client import AsyncClient
from omnichat.deltas import Delta
from omnichat.loop_thread import LoopThread


class BlockingFaces:
    """What a blocking client has, by its names."""

    def __init__(self, client: AsyncClient) -> None:
        self.thread = runner = LoopThread()
        self.chat = Chat(runner, client)
        self.models = Models(runner, client)
        self.responses = Responses(runner, client)
        self.realtime = Realtime(runner, client)
        self.completions = TextCompletions(runner, client.completions)
        self.embeddings = Embeddings(runner, client.embeddings)
        self.files = Files(runner, client.files)
        self.audio = Audio(runner, client.audio)
        self.images = Images(runner, client.images)
        self.moderations = Moderations(runner, client.moderations)

    def stream(self, deltas: AsyncGenerator[Delta, None]) -> Stream[Delta]:
        """Return what the other thread reads of an answer."""
        return Stream(self.thread, deltas)
