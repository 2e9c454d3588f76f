"""Who may come in: known host names, and sockets of our own pages."""

from __future__ import annotations

import re
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SOCKET = "/_nicegui_ws"
HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?")
HEADERS = {
    "x-frame-options": "DENY",
    "content-security-policy": "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
REFUSED = "OmniChat does not answer under this name. Add it to OMNICHAT_ALLOWED_HOSTS to allow it."
FOREIGN = "Only OmniChat's own pages may open this connection."


class Door:
    """Refuse an unknown ``Host``, against DNS rebinding, and a socket or a write that another site's page asks for."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 421 or 403."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            await _refuse(PlainTextResponse(REFUSED, 421), scope, receive, send)
        elif _is_guarded(scope) and not _is_own(headers.get("origin"), host):
            await _refuse(PlainTextResponse(FOREIGN, 403), scope, receive, send)
        else:
            await self._app(scope, receive, _wrapped(send))


def _wrapped(send: Send) -> Send:
    """Say with every answer that no other site may frame the page or guess at what it holds."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return wrapped


def _name(host: str) -> str:
    """Return the name in a ``Host`` header without its port, or nothing for anything that is not one."""
    named = HOST.fullmatch(host.lower())
    return named["name"].strip("[]") if named else ""


def _is_guarded(scope: Scope) -> bool:
    return (
        scope["type"] == "websocket"
        or scope["path"].startswith(SOCKET)
        or scope["method"] not in {"GET", "HEAD", "OPTIONS"}
    )


def _is_own(origin: str | None, host: str) -> bool:
    """A client that is no browser sends no origin."""
    return origin is None or origin.partition("://")[2].lower() == host.lower()


async def _refuse(response: PlainTextResponse, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
    else:
        await response(scope, receive, send)
