"""Calls as requests of httpx; imported with the transport."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping

import httpx
from typing_extensions import override

from omnichat.errors import AddressError
from omnichat.multipart import Multipart
from omnichat.provider import Call
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
    if call.form:
        form = Multipart(call.form)
        return _streamed(call.method, url, {**headers, "Content-Type": form.content_type}, form, connect)
    if isinstance(call.body, Upload):
        return _streamed(call.method, url, {"Content-Type": call.body.media_type, **headers}, call.body, connect)
    return prepare(call.method, url, headers, call.body, connect=connect)


def prepare(
    method: str, url: str, headers: Mapping[str, str], content: bytes | None = None, *, connect: float
) -> httpx.Request:
    """Return a request; raise an ``AddressError`` for an address that is none."""
    accepted = {"Accept-Encoding": "gzip, deflate" if content is None else "identity"}
    every = {**HEADERS, **accepted, **headers}
    try:
        return httpx.Request(method, url, headers=every, content=content, extensions=_patience(connect))
    except httpx.InvalidURL as error:
        raise AddressError(f"the address is malformed: {error}") from error


def _streamed(
    method: str, url: str, headers: Mapping[str, str], body: Multipart | Upload, connect: float
) -> httpx.Request:
    plain = prepare(method, url, headers, connect=connect)
    sized = {**plain.headers, "Content-Length": str(body.size)}
    return httpx.Request(method, url, headers=sized, stream=Upstream(body), extensions=_patience(connect))


def watch_over(request: httpx.Request, waiting: asyncio.Timeout, patience: float) -> None:
    """Have ``waiting`` begin anew with each piece of the request's body that leaves."""
    if isinstance(request.stream, Upstream):
        loop = asyncio.get_running_loop()
        request.stream.alive = lambda: waiting.reschedule(loop.time() + patience)


def _patience(connect: float) -> dict[str, object]:
    return {"timeout": httpx.Timeout(None, connect=connect).as_dict()}
