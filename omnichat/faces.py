"""The endpoints beside chat; loaded with the first client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnichat.audio import AsyncAudio
from omnichat.courier import Courier
from omnichat.desk import Desk, Finder
from omnichat.embeddings import AsyncEmbeddings
from omnichat.images import AsyncImages
from omnichat.moderations import AsyncModerations
from omnichat.stored_files import AsyncFiles
from omnichat.text_completions import AsyncTextCompletions

if TYPE_CHECKING:
    from omnichat.transport import Transport


class Faces:
    """What a client has beside ``chat``, ``responses`` and ``models``."""

    def __init__(self, find: Finder, transport: Transport) -> None:
        desk = Desk(find, Courier(transport))
        self.completions = AsyncTextCompletions(desk)
        self.embeddings = AsyncEmbeddings(desk)
        self.files = AsyncFiles(desk)
        self.audio = AsyncAudio(desk)
        self.images = AsyncImages(desk)
        self.moderations = AsyncModerations(desk)
