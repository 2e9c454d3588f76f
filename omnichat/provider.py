"""Who a provider is (data) and how it talks (a dialect)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from omnichat.capabilities import Capability
from omnichat.deltas import Delta
from omnichat.errors import ProviderError
from omnichat.messages import ChatRequest


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One piece of news from a streaming response: an SSE event, or a line of NDJSON."""

    data: str
    name: str = "message"


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request not yet sent; ``path`` is appended to the provider's base address."""

    path: str
    json: Mapping[str, Any] | None = None
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """One model on offer; ``id`` is ``provider/model``, ``context`` is in tokens."""

    id: str
    title: str = ""
    can: Capability = Capability.CHAT
    context: int | None = None


class Dialect(ABC):
    """Translate between our types and one wire format, without touching the network.

    A dialect holds no state: what a stream must remember lives in local variables of ``read``.
    """

    @abstractmethod
    def headers(self, key: str | None) -> dict[str, str]:
        """Return the headers that prove who we are."""

    @abstractmethod
    def chat(self, request: ChatRequest) -> Call:
        """Return the call that asks for a streamed answer."""

    @abstractmethod
    def read(self, events: AsyncIterator[ServerEvent]) -> AsyncGenerator[Delta, None]:
        """Turn the provider's events into ours; raise a nameless ``ProviderError`` for one that reports a failure.

        A stream that ends without saying so is a ``ConnectionFailedError``, never an answer.
        """

    def simpler(self, call: Call, error: ProviderError) -> Call | None:
        """Return ``call`` without a field that ``error`` does not know, or nothing if it names none we can spare."""
        return None

    @abstractmethod
    def models(self) -> Call:
        """Return the call that lists the models."""

    @abstractmethod
    def read_models(self, answer: Any) -> list[ModelInfo]:
        """Return what the provider's list holds; ids without the provider's name, ``can`` empty where it is silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Everything particular about one company, as data.

    ``key_envs`` and ``address_envs`` are customary variables beside ``key_env`` and ``<NAME>_BASE_URL``.
    ``continues`` says that a last message of the assistant is gone on with, and not answered.
    A server of one's own (``key_needed`` false) counts as reachable only once somebody has said where it is.
    """

    name: str
    title: str
    base_url: str
    dialect: Dialect
    key_env: str | None
    docs_url: str
    keys_url: str | None = None
    key_needed: bool = True
    continues: bool = False
    key_envs: tuple[str, ...] = ()
    address_envs: tuple[str, ...] = ()
    can: Capability = Capability.CHAT
    skills: Mapping[str, Capability] = field(default_factory=dict)

    def capabilities(self, model: str) -> Capability:
        """Return what ``model`` can do: the longest matching prefix in ``skills``, else ``can``."""
        prefixes = [prefix for prefix in self.skills if model.startswith(prefix)]
        return self.skills[max(prefixes, key=len)] if prefixes else self.can
