"""The whole application as people run it: a process of its own, with its data in a folder of ours."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx

from services.chats.archive import Archive
from services.chats.conversations import Conversation, Lane
from services.people.person import Person
from services.storage.database import Database

ROOT = Path(__file__).parents[2]
SECONDS = 30
LOOK = 0.02  # seconds; neither a process that begins to listen nor a file that grows tells anybody


class RunningApp:
    """One server process at a time; what it stored stays when it is started again."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.log = folder / "server.log"
        self.port = free_port()
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it, and return when it is ready."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "main.py",
                cwd=ROOT,
                env=environment_for(self.folder / "data", self.port, self._environment),
                stdout=log,
                stderr=log,
            )
        await _until(self._is_ready)

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal, wait until the process is gone, and return its exit code."""
        self.tell(how)
        return await self.gone()

    def tell(self, how: signal.Signals) -> None:
        """Send the signal."""
        assert self._process
        self._process.send_signal(how)

    async def gone(self) -> int:
        """Wait until the process is gone, and return its exit code."""
        assert self._process
        async with asyncio.timeout(SECONDS):
            code = await self._process.wait()
        self._process = None
        return code

    async def chat(self, *lanes: Lane, title: str = "") -> str:
        """Store a conversation with these lanes, and return its address; without a title it is a blank one."""
        conversation = Conversation(title=title, lanes=list(lanes))
        async with self.archive() as (archive, who):
            await archive.begin(who, conversation)
        return f"{self.url}/c/{conversation.uid}"

    @asynccontextmanager
    async def archive(self) -> AsyncGenerator[tuple[Archive, Person], None]:
        """Yield the server's own archive and whom it belongs to, behind the back of the server."""
        async with Database(f"sqlite://{self.folder / 'data' / 'omnichat.db'}"):
            archive = Archive()
            yield archive, await archive.local_person()

    async def until_stored(self, column: str, words: str) -> None:
        """Return when ``words`` stand in a ``table.column`` of the database."""
        table, _, name = column.partition(".")
        question = f'SELECT count(*) FROM "{table}" WHERE instr("{name}", ?)'
        address = self.folder / "data" / "omnichat.db"

        def holds() -> bool:
            with closing(sqlite3.connect(address)) as database:
                return bool(database.execute(question, [words]).fetchone()[0])

        await _until(holds)

    async def until_logged(self, words: str) -> None:
        """Return when the server has written ``words`` into its log."""
        await _until(lambda: words in self.log.read_text())

    def _is_ready(self) -> bool:
        assert self._process
        assert self._process.returncode is None, self.log.read_text()
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    async def clear_away(self) -> None:
        """Kill the process if it is still there."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


async def _until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110
            await asyncio.sleep(LOOK)


def environment_for(data: Path, port: int, more: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with nothing of the test run's own, and no keys of whoever runs it."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "OMNICHAT_", "NICEGUI_")) and not name.endswith(("_API_KEY", "_BASE_URL"))
    }
    ours = {
        "OMNICHAT_DATA_DIR": str(data),
        "OMNICHAT_PORT": str(port),
        "OMNICHAT_LOCAL_MODEL": "off",
        "OMNICHAT_LOCAL_SERVERS": "off",
    }
    return {**inherited, **ours, **more}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def a_running_app(folder: Path, environment: Mapping[str, str]) -> AsyncGenerator[RunningApp, None]:
    """Start the application, and leave nothing of it behind."""
    app = RunningApp(folder, environment)
    try:
        await app.start()
        yield app
    finally:
        await app.clear_away()
