"""A real WebSocket server that plays its part of a recorded conversation."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.omnichat.recorded import FOLDER

Step = dict[str, Any]


@dataclass(kw_only=True)
class FarSocket:
    """What it plays, where it is, how it was called, and what it heard.

    A step is ``{"server": frame}``, ``{"client": frame}``, ``{"text": raw}``, ``{"bytes": raw}``, ``{"bye": [code,
    reason]}`` or ``{"break": true}``.
    """

    steps: list[Step]
    status: int = 101
    url: str = ""
    called: list[web.Request] = field(default_factory=list)
    heard: list[Any] = field(default_factory=list)

    @property
    def awaited(self) -> list[Any]:
        """Return what the client has to say."""
        return [step["client"] for step in self.steps if "client" in step]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.called.append(request)
        if self.status != 101:
            return web.Response(status=self.status, headers={"Retry-After": "3"})
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for step in self.steps:
            if "client" not in step:
                await _play(step, socket, request)
            elif (message := await socket.receive()).type is WSMsgType.TEXT:
                self.heard.append(json.loads(message.data))
        await socket.close()
        return socket


async def _play(step: Step, socket: web.WebSocketResponse, request: web.Request) -> None:
    match step:
        case {"server": frame}:
            await socket.send_str(json.dumps(frame))
        case {"text": str(text)}:
            await socket.send_str(text)
        case {"bytes": str(text)}:
            await socket.send_bytes(text.encode())
        case {"bye": [code, reason]}:
            await socket.close(code=code, message=reason.encode())
        case {"break": True}:
            assert request.transport
            request.transport.abort()


def conversation(provider: str) -> list[Step]:
    """Return a recorded conversation."""
    return [json.loads(line) for line in (FOLDER / provider / "realtime.jsonl").read_text("utf-8").splitlines()]


@asynccontextmanager
async def far_socket(steps: Iterable[Step] = (), *, status: int = 101) -> AsyncIterator[FarSocket]:
    """Open a server that plays these steps for whoever calls, or declines with another ``status``."""
    end = FarSocket(steps=list(steps), status=status)
    app = web.Application()
    app.router.add_get("/{path:.*}", end.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    end.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield end
    finally:
        await runner.cleanup()
