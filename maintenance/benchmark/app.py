"""The real app in a process of its own, with an empty data folder."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil

from omnichat.deltas import TextDelta, UsageDelta
from services.chats.archive import Archive
from services.chats.conversations import Conversation, Lane, Turn
from services.chats.replies import ModelReply, ReplyState
from services.settings import Settings
from services.storage.database import Database

MAIN = Path(__file__).parents[2] / "main.py"
PATIENCE = 30.0


@dataclass(slots=True, kw_only=True)
class Usage:
    """What a process and its children used so far: CPU seconds, and memory in MiB."""

    cpu: float
    memory: float


@dataclass(slots=True, kw_only=True)
class App:
    """The running app; ``started_in`` is the seconds from its start to its first page, ``starting`` what that took."""

    url: str
    folder: Path
    process: psutil.Process
    started_in: float
    starting: Usage = field(init=False)

    def __post_init__(self) -> None:
        self.starting = self.usage()

    def usage(self) -> Usage:
        """Return what the app used so far."""
        each = [self.process, *self.process.children(recursive=True)]
        times = [process.cpu_times() for process in each]
        return Usage(
            cpu=sum(time.user + time.system for time in times),
            memory=sum(process.memory_info().rss for process in each) / 2**20,
        )

    async def cpu_per_second(self, seconds: float) -> float:
        """Return the share of one core that the app uses while nobody does anything, watched for ``seconds``."""
        before = self.usage().cpu
        await asyncio.sleep(seconds)
        return (self.usage().cpu - before) / seconds


@asynccontextmanager
async def running_app(
    folder: Path, upstream: str = "", more: Mapping[str, str] | None = None, first: str = "/"
) -> AsyncIterator[App]:
    """Run the app in ``folder``, with ``more`` in its environment, while inside; raise ``RuntimeError`` if it fails.

    It is there when it answers at ``first``.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    with (folder / "app.log").open("ab") as log:
        begin = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(MAIN),
            cwd=folder,
            env=_environment(folder, port, upstream) | dict(more or {}),
            stdout=log,
            stderr=log,
        )
        try:
            if not await _first_page(url + first, process):
                raise RuntimeError(f"The app did not start; {folder / 'app.log'} says why")
            began = time.perf_counter() - begin
            yield App(url=url, folder=folder, process=psutil.Process(process.pid), started_in=began)
        finally:
            if process.returncode is None:
                process.terminate()
            try:
                async with asyncio.timeout(PATIENCE):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def seed(folder: Path, chats: Sequence[Sequence[str]]) -> list[str]:
    """Put a chat in which nothing was asked yet into ``folder`` for each list of models; return their addresses."""
    async with Database(_database(folder)):
        archive = Archive()
        who = await archive.local_person()
        made = []
        for models in chats:
            lanes = [Lane(model=f"custom/{model}", name=f"Lane {number}") for number, model in enumerate(models, 1)]
            made.append(Conversation(lanes=lanes))
            await archive.begin(who, made[-1])
        return [f"/c/{conversation.uid}" for conversation in made]


async def seed_long(folder: Path, *, turns: int, lanes: int) -> str:
    """Put a chat with that many answered turns into ``folder``; return its address."""
    async with Database(_database(folder)):
        archive = Archive()
        who = await archive.local_person()
        chat = Conversation(title="Long", lanes=[Lane(model="custom/m", name=f"Lane {each}") for each in range(lanes)])
        await archive.begin(who, chat)
        for number in range(turns):
            replies = {lane.uid: [_answered(lane, number)] for lane in chat.lanes}
            turn = Turn(prompt=f"Question {number}", parent=chat.head, replies=replies)
            await archive.add_turn(who, chat.uid, turn)
            chat.head = turn.uid
        return f"/c/{chat.uid}"


def _answered(lane: Lane, number: int) -> ModelReply:
    reply = ModelReply(lane_uid=lane.uid, model=lane.model)
    reply.apply(TextDelta(f"Answer {number} with **bold** words and `code`.\n\n- one\n- two\n"))
    reply.apply(UsageDelta(input_tokens=7, output_tokens=42))
    reply.state = ReplyState.DONE
    return reply


async def stored(folder: Path) -> list[str]:
    """Return the text of every answer that the app left in ``folder``; those that are not done count as nothing."""
    async with Database(_database(folder)):
        archive = Archive()
        who = await archive.local_person()
        chats = [await archive.open(who, heading.uid) for heading in await archive.headings(who)]
    replies = [reply for chat in chats for turn in chat.turns for each in turn.replies.values() for reply in each]
    return [reply.text if reply.state == "done" else "" for reply in replies]


def plain_environment() -> dict[str, str]:
    """Return the environment without the keys and settings of whoever runs this."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OMNICHAT_")}
    return {name: value for name, value in kept.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}


def _database(folder: Path) -> str:
    return Settings(data_dir=folder, database_url="").database


def _environment(folder: Path, port: int, upstream: str) -> dict[str, str]:
    ours = {"OMNICHAT_DATA_DIR": str(folder), "OMNICHAT_PORT": str(port), "OMNICHAT_LOCAL_MODEL": "off"}
    ours["OMNICHAT_LOCAL_SERVERS"] = "off"
    return plain_environment() | ours | ({"CUSTOM_BASE_URL": upstream} if upstream else {})


async def _first_page(url: str, process: asyncio.subprocess.Process) -> bool:
    """Return whether the app gave its first page before it ended."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE):
        while process.returncode is None:
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        await response.read()
                        return True
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.02)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
