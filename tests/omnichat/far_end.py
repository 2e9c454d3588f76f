"""A real HTTP server that answers as a test tells it to."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl

SSE = "text/event-stream"
NDJSON = "application/x-ndjson"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One response: ``pieces`` leave one by one, and then it ends, breaks off or falls silent."""

    pieces: tuple[bytes, ...] = ()
    status: int = 200
    kind: str = SSE
    headers: Mapping[str, str] = field(default_factory=dict)
    then: Literal["end", "break off", "fall silent", "say nothing"] = "end"
    gap: float = 0


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(kw_only=True)
class FarEnd:
    """What it will say (the last saying is repeated), what it was asked, and whether the caller hung up on it."""

    says: deque[Saying]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    speaking: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0
    _calls: set[asyncio.Task[None]] = field(default_factory=set)

    def pick_up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        call = asyncio.create_task(self.serve(reader, writer), name="far end")
        self._calls.add(call)

    async def hang_up(self) -> None:
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await read_request(reader):
                self.asked.append(asked)
                saying = self.says.popleft() if len(self.says) > 1 else self.says[0]
                if not await self._say(saying, reader, writer):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up.set()
        finally:
            writer.close()

    async def _say(self, saying: Saying, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if saying.then == "say nothing":
            return await self._listen(reader)
        headers = {"Content-Type": saying.kind, "Transfer-Encoding": "chunked", **saying.headers}
        lines = [f"HTTP/1.1 {saying.status} Said", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        for piece in saying.pieces:
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
            await asyncio.sleep(saying.gap)
        self.speaking.set()
        if saying.then == "fall silent":
            return await self._listen(reader)
        if saying.then == "break off":
            writer.write_eof()
            return await self._listen(reader)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _listen(self, reader: asyncio.StreamReader) -> bool:
        await reader.read()
        self.hung_up.set()
        return False


async def read_request(reader: asyncio.StreamReader) -> Asked | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await _body(reader, headers)
    return Asked(method=method, path=path, headers=headers, body=_parsed(body, headers.get("content-type", "")))


def _parsed(body: bytes, kind: str) -> Any:
    if kind == FORM:
        return dict(parse_qsl(body.decode()))
    if not body or kind.startswith("application/json"):
        return json.loads(body) if body else None
    return body


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


@asynccontextmanager
async def far_end(*says: Saying) -> AsyncIterator[FarEnd]:
    """Open a server that says these things, one a request."""
    end = FarEnd(says=deque(says))
    server = await asyncio.start_server(end.pick_up, "127.0.0.1", 0)
    end.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield end
    finally:
        server.close()
        await end.hang_up()


def event(data: object, name: str = "") -> bytes:
    """Return a server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


def word(text: str) -> bytes:
    """Return a chunk of OpenAI's that says ``text``."""
    return event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})


END = event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
DONE = event("[DONE]")
