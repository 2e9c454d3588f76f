"""A provider that is always the same: OpenAI's streaming answers in a process of its own.

It ends with its standard input, so that it cannot outlive whoever started it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache

from maintenance.benchmark.script import Script, piece

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST = b"0\r\n\r\n"
BREATH = 64  # tokens after which other streams get their turn, however fast this one is


@dataclass(slots=True)
class Streams:
    """How many answers are being given, and how many were at once at most."""

    running: int = 0
    peak: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer every request of one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = await reader.readexactly(_length(head))
                if head.startswith(b"POST"):
                    await self._answer(writer, json.loads(body)["model"])
                else:
                    writer.write(_whole(json.dumps({"running": self.running, "peak": self.peak}).encode()))
                    self.peak = self.running
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side hung up
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, model: str) -> None:
        script = Script.named(model)
        if script is None:
            raise LookupError(f"no script is called {model}")
        self.running += 1
        self.peak = max(self.peak, self.running)
        try:
            await _tell(writer, script)
        finally:
            self.running -= 1


async def _tell(writer: asyncio.StreamWriter, script: Script) -> None:
    """Write token after token, each its own event and chunk; one that is late does not delay the next."""
    writer.write(HEAD % b"text/event-stream")
    loop = asyncio.get_running_loop()
    begin = loop.time() + script.first / 1000
    for number in range(script.tokens):
        wait = begin + number * script.delay / 1000 - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        elif number % BREATH == 0:
            await asyncio.sleep(0)
        writer.write(_event(number))
        if number % BREATH == 0:
            await writer.drain()
    writer.write(_chunk(_data({}, "stop")) + _chunk(b"data: [DONE]\n\n") + LAST)


@lru_cache(maxsize=10_000)
def _event(number: int) -> bytes:
    return _chunk(_data({"content": piece(number)}, None))


def _data(delta: dict[str, str], reason: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    chunk = {"id": "bench", "object": "chat.completion.chunk", "created": 0, "model": "bench", "choices": [choice]}
    return b"data: %s\n\n" % json.dumps(chunk).encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _whole(data: bytes) -> bytes:
    return HEAD % b"application/json" + _chunk(data) + LAST


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def serve() -> None:
    """Serve on a free port, which is printed, until standard input ends."""
    streams = Streams()
    async with await asyncio.start_server(streams.serve, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)


@asynccontextmanager
async def running_upstream() -> AsyncIterator[str]:
    """Run the provider while inside; give its base URL."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __spec__.name, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}/v1"
    finally:
        process.stdin.close()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(serve())
