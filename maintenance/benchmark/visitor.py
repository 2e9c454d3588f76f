"""A page as a browser opens it, without the browser: the first answer, then the socket."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import unescape
from typing import Any
from uuid import uuid4

import aiohttp

ELEMENTS = re.compile(r"parseElements\(String\.raw`(.*?)`\)", re.DOTALL)
CLIENT = re.compile(r"query: .*?'client_id': '([^']+)'")
PING, PONG, OPEN, OPENED = "2", "3", "40", "40{"
EVENT, ANSWER, GONE = "42", "437", "41"
ACKNOWLEDGE = 3.0  # seconds between two acknowledgements, as in a browser


class Visitor:
    """One open page: what it shows is taken in and acknowledged, its prompt field can be filled and sent.

    ``client`` is its number, ``elements`` what it shows, ``updates`` when that changed; ``closed`` is set when the
    server hangs up.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, client: str, elements: dict[str, Any]) -> None:
        self.client = client
        self.elements = elements
        self.socket = socket
        self.closed = asyncio.Event()
        self.updates: list[float] = []
        self._answers: asyncio.Queue[object] = asyncio.Queue()
        self._next = 0
        self._acknowledged = 0.0
        self._asked = asyncio.Event()

    async def listen(self) -> None:
        """Take in whatever comes, until the socket closes."""
        async for message in self.socket:
            data = str(message.data)
            if data == PING:
                await self.socket.send_str(PONG)
            elif data == GONE:
                break
            elif data.startswith(ANSWER):
                self._answers.put_nowait(json.loads(data[len(ANSWER) :])[0])
            elif data.startswith(EVENT):
                await self._take(*json.loads(data[len(EVENT) :]))
        self.closed.set()

    async def ask(self, prompt: str, seconds: float) -> None:
        """Type the prompt, press Enter, and wait at most ``seconds`` until the page shows the chat's own address."""
        field = next(key for key, each in self.elements.items() if each["tag"] == "nicegui-input")
        await self._emit(field, "update:value", prompt)
        await self._emit(field, "keydown", {"isComposing": False, "keyCode": 13})
        async with asyncio.timeout(seconds):
            await self._asked.wait()

    async def call(self, name: str, value: object) -> object:
        """Send an event of that name, and return what the server answers to it."""
        await self.socket.send_str(f"{EVENT}7{json.dumps([name, value])}")
        return await self._answers.get()

    async def _take(self, name: str, value: Mapping[str, Any]) -> None:
        self._next = value.get("_id", self._next - 1) + 1
        if name == "run_javascript":
            if "/c/" in value["code"]:
                self._asked.set()
            if asked := value.get("request_id"):
                answer = {"request_id": asked, "client_id": self.client, "result": True}
                await self._say("javascript_response", answer)
        now = asyncio.get_running_loop().time()
        if name == "update":
            self.updates.append(now)
        if now - self._acknowledged > ACKNOWLEDGE:
            self._acknowledged = now
            await self._say("ack", {"client_id": self.client, "next_message_id": self._next})

    async def _emit(self, element: str, event: str, value: object) -> None:
        listeners = self.elements[element]["events"]
        for listener in (each["listener_id"] for each in listeners if each["type"] == event):
            body = {"id": int(element), "client_id": self.client, "listener_id": listener, "args": [json.dumps(value)]}
            await self._say("event", body)

    async def _say(self, name: str, value: object) -> None:
        await self.socket.send_str(EVENT + json.dumps([name, value]))


@asynccontextmanager
async def visiting(session: aiohttp.ClientSession, url: str, path: str = "/") -> AsyncIterator[Visitor]:
    """Open a page and keep it open while inside."""
    async with session.get(url + path) as response:
        response.raise_for_status()
        page = await response.text()
    client, elements = CLIENT.search(page), ELEMENTS.search(page)
    if not client or not elements:
        raise LookupError("this is no page of ours")
    asked = {"client_id": client[1], "next_message_id": "0", "implicit_handshake": "true"}
    asked |= {"document_id": str(uuid4()), "tab_id": str(uuid4()), "EIO": "4", "transport": "websocket"}
    async with session.ws_connect(f"{url}/_nicegui_ws/socket.io/", params=asked, max_msg_size=0) as socket:
        await socket.receive_str()
        await socket.send_str(OPEN)
        if not (await socket.receive_str()).startswith(OPENED):
            raise ConnectionError("the page's socket was refused")
        visitor = Visitor(socket, client[1], json.loads(unescape(elements[1])))
        listening = asyncio.create_task(visitor.listen(), name="visitor")
        try:
            yield visitor
        finally:
            await socket.close()
            await listening
