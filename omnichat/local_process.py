"""The child process that serves one local model, seen from the parent."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

ENDING_SECONDS = 5
LOG_BYTES = 8000
_PROGRAM = Path(__file__).with_name("local_child.py")


class StartError(Exception):
    """The child cannot serve; the message says why."""


class LocalProcess:
    """A running child, the port it answers on, and the last words of its log."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.port = 0
        self._process = process
        self._log = b""
        self._listening = asyncio.create_task(self._listen(), name=f"log of process {process.pid}")

    @classmethod
    async def start(cls, settings: Mapping[str, object], *, patience: float) -> LocalProcess:
        """Return a child with its model loaded; raise ``StartError``, or ``TimeoutError`` after ``patience`` s."""
        pipe = asyncio.subprocess.PIPE
        # -P: the folder of the package must not come before the standard library on the child's path
        command = (sys.executable, "-P", str(_PROGRAM))
        child = cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe))
        try:
            async with asyncio.timeout(patience):
                child.port = await child._load(settings)
        except BaseException:
            await child.end()
            raise
        return child

    @property
    def is_over(self) -> bool:
        """Return whether the process has ended."""
        return self._process.returncode is not None

    async def end(self) -> None:
        """End the process, by force if it does not go when told, and wait until it is gone."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(ENDING_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._listening

    async def _load(self, settings: Mapping[str, object]) -> int:
        """Hand over the settings and return the port once the model is loaded."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(settings).encode() + b"\n")
        answer = await self._process.stdout.readline()
        match json.loads(answer or b"{}"):
            case {"port": int(port)}:
                return port
            case {"error": str(error)}:
                await self._listening
                raise StartError(self._complaint() or error)
        await self._listening
        raise StartError(self._complaint() or f"its process ended with code {await self._process.wait()}")

    async def _listen(self) -> None:
        """Keep the end of the log; a pipe that nobody empties would stop the child."""
        assert self._process.stderr is not None
        while chunk := await self._process.stderr.read(LOG_BYTES):
            self._log = (self._log + chunk)[-LOG_BYTES:]

    def _complaint(self) -> str:
        """Return llama.cpp's first complaint, else the log's last line: ``0.00.004.919 E reader: unknown version``."""
        lines = self._log.decode(errors="replace").strip().splitlines()
        complaints = [line.split(" E ", 1)[1] for line in lines if " E " in line]
        return complaints[0].split(": ", 1)[-1].strip() if complaints else "".join(lines[-1:])
