"""All that hangs on a client; loaded with the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from omnichat.audio import AsyncAudio
from omnichat.completions import AsyncChat, AsyncModels, Speaker
from omnichat.courier import Courier
from omnichat.desk import Desk, Finder
from omnichat.embeddings import AsyncEmbeddings
from omnichat.images import AsyncImages
from omnichat.moderations import AsyncModerations
from omnichat.realtime import AsyncRealtime, Dialer
from omnichat.responses import AsyncResponses, Caller
from omnichat.stored_files import AsyncFiles
from omnichat.text_completions import AsyncTextCompletions

if TYPE_CHECKING:
    from omnichat.transport import Transport


class Behind(Speaker, Caller, Dialer, Protocol):
    """What stands behind them."""


class Faces:
    """What a client has, by its names."""

    def __init__(self, client: Behind, find: Finder, transport: Transport) -> None:
        self.chat = AsyncChat(client)
        self.models = AsyncModels(client)
        self.responses = AsyncResponses(client)
        self.realtime = AsyncRealtime(client)
        desk = Desk(find, Courier(transport))
        self.completions = AsyncTextCompletions(desk)
        self.embeddings = AsyncEmbeddings(desk)
        self.files = AsyncFiles(desk)
        self.audio = AsyncAudio(desk)
        self.images = AsyncImages(desk)
        self.moderations = AsyncModerations(desk)
