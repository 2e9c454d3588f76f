"""Models on this computer: one llama.cpp server per GGUF file, each in a child process of its own.

Native code never runs in our process: it can neither block the event loop nor take the application down with it.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from omnichat.errors import NotFoundError, ProviderError, TimedOutError
from omnichat.local_process import LocalProcess, StartError

PROVIDER = "local"
MAGIC = b"GGUF"
SLOTS = 4
LARGEST_CONTEXT = 8192
CLOSING = "the application is closing"
MISSING = 'Running models on this computer needs the extra `local`: pip install "omnichat[local]"'


def available() -> bool:
    """Return whether llama.cpp is installed, without loading it."""
    return importlib.util.find_spec("xllamacpp") is not None


def is_model(path: Path) -> bool:
    """Return whether ``path`` is a readable file that begins as GGUF files do."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


class LocalServers:
    """Start a server for a model when it is first asked for, share it, and end it with us.

    ``files`` are models outside ``folder``, by name. A server that was idle for ``idle`` seconds gives its memory back
    and takes it again with the next request; ``patience`` is how many seconds a model may take to load.
    """

    def __init__(
        self,
        folder: Path,
        *,
        files: Mapping[str, Path] | None = None,
        idle: int = 600,
        patience: float = 180,
        installed: Callable[[], bool] = available,
    ) -> None:
        self._folder = folder
        self._extra = dict(files or {})
        self._idle = idle
        self._patience = patience
        self._installed = installed
        self._starts: dict[tuple[str, bool], asyncio.Task[_Server]] = {}
        self._closed = False

    def models(self) -> list[str]:
        """Return the names of the models on offer, sorted."""
        return sorted(self._files())

    async def endpoint(self, model: str, *, embeds: bool = False) -> tuple[str, str]:
        """Return the base address and the key of the server that runs ``model``; raise a ``ProviderError`` if none can.

        One that ``embeds`` makes vectors and nothing else, so a model may be run by two.
        Giving up the wait leaves the start to the others who wait for it.
        """
        files = await asyncio.to_thread(self._files)
        if model not in files:
            raise NotFoundError(f"there is no model {model!r} on this computer", provider=PROVIDER)
        if not self._installed():
            raise ProviderError(MISSING, provider=PROVIDER)
        if self._closed:
            raise ProviderError(CLOSING, provider=PROVIDER)
        start = self._starts.get((model, embeds))
        if start is None or _is_over(start):
            start = asyncio.create_task(self._start(model, files[model], embeds), name=f"local model {model}")
            start.add_done_callback(_note_failure)
            self._starts[model, embeds] = start
        await asyncio.wait([start])
        if start.cancelled():
            raise ProviderError(CLOSING, provider=PROVIDER)
        server = start.result()
        return server.base_url, server.key

    async def close(self) -> None:
        """End every server and wait until it is gone; nothing can be started afterwards."""
        self._closed = True
        starts = list(self._starts.values())
        for start in starts:
            start.cancel()
        await asyncio.gather(*starts, return_exceptions=True)
        await asyncio.gather(*(start.result().process.end() for start in starts if not _is_over(start)))

    def _files(self) -> dict[str, Path]:
        """Return the model files by name; names come from here alone, so none can lead out of the folder."""
        found = {path.stem: path for path in self._folder.glob("*.gguf") if not path.name.startswith(".")}
        return {name: path for name, path in (found | self._extra).items() if is_model(path)}

    async def _start(self, model: str, path: Path, embeds: bool) -> _Server:
        key = secrets.token_urlsafe(32)
        settings = {
            "path": str(path),
            "model": model,
            "key": key,
            "slots": SLOTS,
            "context": LARGEST_CONTEXT,
            "threads": max(1, _cores() - 1),  # one core stays free for the application
            "idle": self._idle,
            "embeds": embeds,
        }
        try:
            process = await LocalProcess.start(settings, patience=self._patience)
        except TimeoutError as error:
            words = f"the model {model} did not load within {self._patience:g} seconds"
            raise TimedOutError(words, provider=PROVIDER) from error
        except StartError as error:
            raise ProviderError(f"the model {model} could not be loaded: {error}", provider=PROVIDER) from error
        return _Server(process=process, base_url=f"http://127.0.0.1:{process.port}/v1", key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """A process that answers, and what it takes to ask it."""

    process: LocalProcess
    base_url: str
    key: str


def _is_over(start: asyncio.Task[_Server]) -> bool:
    """Return whether this start failed, or its server has ended since."""
    return start.done() and (start.cancelled() or start.exception() is not None or start.result().process.is_over)


def _note_failure(start: asyncio.Task[_Server]) -> None:
    """Take note of a failure, so that it is no surprise when everybody who waited for it has gone."""
    if not start.cancelled():
        start.exception()


def _cores() -> int:
    """Return how many processor cores we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
