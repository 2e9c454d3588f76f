"""The same client for programs without an event loop."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Self

from omnichat.client import AsyncClient
from omnichat.deltas import Delta
from omnichat.guard import CLOSED, OpenNetworks
from omnichat.messages import ChatRequest
from omnichat.provider import ModelInfo, Provider
from omnichat.timeouts import PACE, RETRIES, Timeouts

if TYPE_CHECKING:
    from omnichat.blocking_faces import BlockingFaces
    from omnichat.blocking_stream import Stream


class Client:
    """Reach any model by the name ``provider/model``; an event loop in a thread of its own does the work.

    The parameters are those of ``AsyncClient``.
    """

    def __init__(
        self,
        *,
        keys: Mapping[str, str] | None = None,
        base_urls: Mapping[str, str] | None = None,
        local_models: Path | None = None,
        local_files: Mapping[str, Path] | None = None,
        pace: float = PACE,
        timeouts: Timeouts | None = None,
        retries: int = RETRIES,
        open_networks: OpenNetworks = CLOSED,
    ) -> None:
        self._client = AsyncClient(
            keys=keys,
            base_urls=base_urls,
            local_models=local_models,
            local_files=local_files,
            pace=pace,
            timeouts=timeouts,
            retries=retries,
            open_networks=open_networks,
        )
        faces: BlockingFaces = import_module("omnichat.blocking_faces").BlockingFaces(self._client)
        self._thread, self._stream = faces.thread, faces.stream
        self.chat, self.models = faces.chat, faces.models
        self.responses, self.realtime = faces.responses, faces.realtime
        self.completions, self.embeddings, self.files = faces.completions, faces.embeddings, faces.files
        self.audio, self.images, self.moderations = faces.audio, faces.images, faces.moderations

    def stream(
        self,
        request: ChatRequest,
        *,
        key: str | None = None,
        base_url: str | None = None,
        headers: Mapping[str, str] | None = None,
        trusted: bool = False,
    ) -> Stream[Delta]:
        """Return the answer of ``request.model``, to be read piece by piece; the rest is as in ``AsyncClient``."""
        return self._stream(self._client.stream(request, key=key, base_url=base_url, headers=headers, trusted=trusted))

    def list_models(
        self,
        provider_name: str,
        *,
        key: str | None = None,
        base_url: str | None = None,
        headers: Mapping[str, str] | None = None,
        trusted: bool = False,
    ) -> list[ModelInfo]:
        """Return what the provider has on offer; the rest is as in ``AsyncClient``."""
        return self._thread.wait_for(
            lambda: self._client.list_models(
                provider_name, key=key, base_url=base_url, headers=headers, trusted=trusted
            )
        )

    def reachable(self) -> list[Provider]:
        """Return the providers whose key or address we have, without asking the network."""
        return self._client.reachable()

    def get_model_capabilities(self, model: str) -> dict[str, bool]:
        """Return what ``provider/model`` can do, under the names of the flags such as ``vision_support``."""
        return self._client.get_model_capabilities(model)

    def close(self) -> None:
        """Break off what still runs, hang up, and end the thread."""
        self._thread.close(self._client.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
