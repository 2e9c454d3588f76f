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
QUERY = re.compile(r"^\s*query: (\{.*\}),$", re.MULTILINE)
PING, PONG, OPEN, OPENED = "2", "3", "40", "40{"
EVENT = "42"
ACKNOWLEDGE = 3.0  # seconds between two acknowledgements, as in a browser


class Visitor:
    """One open page: what it shows is taken in and acknowledged, its prompt field can be filled and sent."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, page: str) -> None:
        elements, query = ELEMENTS.search(page), QUERY.search(page)
        if not elements or not query:
            raise LookupError("this is no page of ours")
        self.heard = 0
        self._elements: dict[str, Any] = json.loads(unescape(elements[1]))
        self._client: str = json.loads(query[1])["client_id"]
        self._socket = socket
        self._next = 0
        self._acknowledged = 0.0
        self._asked = asyncio.Event()

    async def listen(self) -> None:
        """Take in whatever comes, until the socket closes."""
        async for message in self._socket:
            data = str(message.data)
            if data == PING:
                await self._socket.send_str(PONG)
            elif data.startswith(EVENT):
                self.heard += 1
                await self._take(*json.loads(data[len(EVENT) :]))

    async def ask(self, prompt: str, seconds: float) -> None:
        """Type the prompt, press Enter, and wait at most ``seconds`` until the page shows the chat's own address."""
        field = next(key for key, each in self._elements.items() if each["tag"] == "nicegui-input")
        await self._emit(field, "update:modelValue", prompt)
        await self._emit(field, "keydown", {"isComposing": False, "keyCode": 13})
        async with asyncio.timeout(seconds):
            await self._asked.wait()

    async def _take(self, name: str, value: Mapping[str, Any]) -> None:
        self._next = value["_id"] + 1
        if name == "run_javascript" and "/c/" in value["code"]:
            self._asked.set()
        now = asyncio.get_running_loop().time()
        if now - self._acknowledged > ACKNOWLEDGE:
            self._acknowledged = now
            await self._say("ack", {"client_id": self._client, "next_message_id": self._next})

    async def _emit(self, element: str, event: str, value: object) -> None:
        listeners = self._elements[element]["events"]
        for listener in (each["listener_id"] for each in listeners if each["type"] == event):
            body = {"id": int(element), "client_id": self._client, "listener_id": listener, "args": [json.dumps(value)]}
            await self._say("event", body)

    async def _say(self, name: str, value: object) -> None:
        await self._socket.send_str(EVENT + json.dumps([name, value]))


@asynccontextmanager
async def visiting(session: aiohttp.ClientSession, url: str, path: str = "/") -> AsyncIterator[Visitor]:
    """Open a page and keep it open while inside."""
    async with session.get(url + path) as response:
        response.raise_for_status()
        page = await response.text()
    query = QUERY.search(page)
    asked = {key: str(value) for key, value in json.loads(query[1]).items()} if query else {}
    asked |= {"implicit_handshake": "true", "document_id": str(uuid4()), "tab_id": str(uuid4())}
    asked |= {"EIO": "4", "transport": "websocket"}
    async with session.ws_connect(f"{url}/_nicegui_ws/socket.io/", params=asked, max_msg_size=0) as socket:
        await socket.receive_str()
        await socket.send_str(OPEN)
        if not (await socket.receive_str()).startswith(OPENED):
            raise ConnectionError("the page's socket was refused")
        visitor = Visitor(socket, page)
        listening = asyncio.create_task(visitor.listen(), name="visitor")
        try:
            yield visitor
        finally:
            await socket.close()
            await listening
