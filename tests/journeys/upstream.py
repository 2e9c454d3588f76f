"""A far end that speaks only when the test lets it, and fails when its model's name says so."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.omnichat.far_end import DONE, END, event, read_request, word

FAULTS = {
    "key-refused": (401, {}, "That key is not known here."),
    "rate-limited": (429, {"Retry-After": "90"}, "Slow down."),
    "brief": (
        400,
        {},
        "This model's maximum context length is 8 tokens. However, your messages resulted in 80 tokens.",
    ),
    "broken": (500, {"X-Should-Retry": "false"}, "Something exploded."),
}
SECONDS = 20
CUT = "cut-off"
MALFORMED = "malformed"
EVENT_STREAM = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}
USAGE = event({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 42}})


class Call:
    """One answer being given: the test says what comes, and when."""

    def __init__(self, body: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.body = body
        self._gone = asyncio.Event()
        self.over = asyncio.Event()
        self._writer = writer
        self._listening = asyncio.create_task(self._listen(reader), name="listen for the hang-up")

    @property
    def prompts(self) -> list[str]:
        """What the user said, oldest first."""
        return [message["content"] for message in self.body["messages"] if message["role"] == "user"]

    async def say(self, words: str) -> None:
        """Let these words come, one event each."""
        for piece in words.split(" "):
            await self.send(word(f"{piece} "))

    async def send_text(self, words: str) -> None:
        """Let these words come as they are, in one event."""
        await self.send(word(words))

    async def end(self) -> None:
        """Come to the end of the answer."""
        await self.send(END + USAGE + DONE)
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()
        self.close()

    async def hung_up(self) -> None:
        """Return when nobody listens any more."""
        await asyncio.wait_for(self._gone.wait(), SECONDS)

    async def send(self, piece: bytes) -> None:
        """Send these bytes."""
        self._writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await self._writer.drain()

    def close(self) -> None:
        """Break off."""
        self._listening.cancel()
        self._writer.close()
        self.over.set()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with suppress(ConnectionError):
            await reader.read()
        self._gone.set()
        self._writer.close()
        self.over.set()


class Upstream:
    """An OpenAI-compatible server; a model that is named in none of these is led by the test.

    ``says`` holds ready answers by model, ``well`` the models that failed once and do so no more.
    """

    def __init__(self) -> None:
        self.url = ""
        self.says: dict[str, str] = {}
        self.well: set[str] = set()
        self._calls: defaultdict[str, asyncio.Queue[Call]] = defaultdict(asyncio.Queue)
        self._open: set[Call] = set()

    async def forget(self) -> None:
        """Be as new: end every answer that still waits for its test, for each keeps a place in the application."""
        self.says.clear()
        self.well.clear()
        self._calls.clear()
        for call in tuple(self._open):
            with suppress(ConnectionError):
                await call.end()

    async def asked(self, model: str) -> Call:
        """Wait until the model is asked, and return that call."""
        return await asyncio.wait_for(self._calls[model].get(), SECONDS)

    def waiting(self, model: str) -> int:
        """Return how many calls of the model nobody has taken yet."""
        return self._calls[model].qsize()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, then close."""
        try:
            request = await read_request(reader)
            if request and request.path.endswith("/models"):
                _answer(writer, 200, {}, {"data": [{"id": "led"}, {"id": "echo"}]})
            elif request:
                await self._chat(request.body, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _chat(self, body: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        model = body["model"]
        if model in FAULTS and model not in self.well:
            status, headers, message = FAULTS[model]
            _answer(writer, status, headers, {"error": {"message": message}})
            return
        _head(writer, 200, EVENT_STREAM)
        call = Call(body, reader, writer)
        if model == "echo":
            await call.say(f"I read {len(call.prompts[-1])} signs.")
            await call.end()
        elif model in self.says:
            await call.send(word(self.says[model]))
            await call.end()
        elif model in {CUT, MALFORMED} and model not in self.well:
            await call.say("Half an answer")
            if model == MALFORMED:
                await call.send(b"data: {no json\n\n")
            call.close()
        elif model in self.well:
            await call.say("All is well again.")
            await call.end()
        else:
            self._calls[model].put_nowait(call)
            self._open.add(call)
            await call.over.wait()
            self._open.discard(call)


def _answer(writer: asyncio.StreamWriter, status: int, headers: dict[str, str], body: object) -> None:
    content = json.dumps(body).encode()
    _head(writer, status, {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers})
    writer.write(content)


def _head(writer: asyncio.StreamWriter, status: int, headers: dict[str, str]) -> None:
    lines = [f"HTTP/1.1 {status} Said", "Connection: close", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())


@asynccontextmanager
async def an_upstream() -> AsyncGenerator[Upstream, None]:
    """Open an upstream on this computer."""
    upstream = Upstream()
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0, limit=4 * 1024 * 1024)
    upstream.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield upstream
    finally:
        server.close()
