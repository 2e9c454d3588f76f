"""How a conversation over a WebSocket travels at one provider, in the words of OpenAI's Realtime API.

See https://platform.openai.com/docs/api-reference/realtime.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

from typing_extensions import override

Frame: TypeAlias = Mapping[str, Any]


class LiveWire(ABC):
    """Translate between OpenAI's events and a provider's frames, without touching the network; one a connection."""

    def __init__(self, model: str) -> None:
        self.model = model

    @abstractmethod
    def path(self, base_url: str) -> str:
        """Return where to call: appended to ``base_url``, unless it is a whole address."""

    def greeting(self) -> list[Frame]:
        """Return the events that are there before the provider said anything."""
        return []

    @abstractmethod
    def outgoing(self, event: Frame) -> list[Frame]:
        """Return the frames to send for an event; raise a nameless ``BadRequestError`` for one that has none."""

    @abstractmethod
    def incoming(self, frame: Frame) -> tuple[list[Frame], list[Frame]]:
        """Return the events that a frame stands for, and the frames that may be sent now that it is here."""


class OpenAIWire(LiveWire):
    """OpenAI's own, where all is said as it is meant."""

    @override
    def path(self, base_url: str) -> str:
        return f"/realtime?model={quote(self.model, safe='')}"

    @override
    def outgoing(self, event: Frame) -> list[Frame]:
        return [event]

    @override
    def incoming(self, frame: Frame) -> tuple[list[Frame], list[Frame]]:
        return [frame], []
