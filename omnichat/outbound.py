"""Calls as requests of httpx; imported with the transport."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping

import httpx
from typing_extensions import override

from omnichat.errors import AddressError
from omnichat.headers import joined
from omnichat.multipart import Multipart
from omnichat.provider import Call
from omnichat.signing import Outgoing
from omnichat.uploads import Upload

HEADERS = {"User-Agent": "omnichat"}


class Upstream(httpx.AsyncByteStream):
    """A body that is read as it is sent; each piece that leaves is a sign of life."""

    def __init__(self, body: Multipart | Upload) -> None:
        self.alive: Callable[[], None] = lambda: None
        self._body = body

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._body.pieces():
            self.alive()
            yield piece


def outgoing(call: Call, url: str, headers: Mapping[str, str], *, connect: float) -> httpx.Request:
    """Return ``call`` as a request to ``url``; ``connect`` is how many seconds a connection may take."""
    if call.json is not None:
        content = json.dumps(call.json, ensure_ascii=False).encode("utf-8", "replace")
        return prepare(call.method, url, {"Content-Type": "application/json", **headers}, content, connect=connect)
    body = Multipart(call.form) if call.form else call.body
    if body is None or isinstance(body, bytes):
        return prepare(call.method, url, headers, body, connect=connect)
    described = {"Content-Type": body.media_type, "Content-Length": str(body.size)}
    return prepare(call.method, url, {**headers, **described}, stream=Upstream(body), connect=connect)


def prepare(
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: bytes | None = None,
    *,
    stream: Upstream | None = None,
    connect: float,
) -> httpx.Request:
    """Return a request; raise an ``AddressError`` for an address that is none."""
    every = joined(HEADERS, {"Accept-Encoding": "identity" if content or stream else "gzip, deflate"}, headers)
    patience = {"timeout": httpx.Timeout(None, connect=connect).as_dict()}
    try:
        return httpx.Request(method, url, headers=every, content=content, stream=stream, extensions=patience)
    except httpx.InvalidURL as error:
        raise AddressError(f"the address is malformed: {error}") from error


def seen(request: httpx.Request) -> Outgoing:
    """Return ``request`` as whoever signs it sees it; of a body that is read as it is sent, nothing."""
    content = b"" if isinstance(request.stream, Upstream) else request.content
    return Outgoing(method=request.method, url=str(request.url), headers=dict(request.headers), body=content)


def watch_over(request: httpx.Request, waiting: asyncio.Timeout, patience: float) -> None:
    """Have ``waiting`` begin anew with each piece of the request's body that leaves."""
    if isinstance(request.stream, Upstream):
        loop = asyncio.get_running_loop()
        request.stream.alive = lambda: waiting.reschedule(loop.time() + patience)
