"""Who may come in: known host names, and sockets and writes of our own pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.visits import API, SECURE, begins

SOCKET: Final = "/_nicegui_ws"
HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?")
HEADERS: Final = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
# The page compiles its components and runs what the server sends it as text, so it cannot do without eval; and styles
# stand in the attributes of its elements.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HSTS: Final = "max-age=31536000"
REFUSED: Final = "OmniChat does not answer under this name. Add it to OMNICHAT_ALLOWED_HOSTS to allow it."
FOREIGN: Final = "Only OmniChat's own pages may open this connection."


class Door:
    """Refuse an unknown ``Host``, against DNS rebinding, and a socket or a write that another site's page asks for.

    Pages of ``origins`` may use the API, as strangers that have to show a token.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], origins: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = hosts
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 421 or 403."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        state["nonce"] = secrets.token_urlsafe(16)
        state["foreign"] = not _is_own(headers, scope.get("scheme", "http"))
        answering = _wrapped(scope, send)
        if _name(headers.get("host", "")) not in self._hosts:
            await _refuse(PlainTextResponse(REFUSED, 421), scope, receive, answering)
        elif state["foreign"] and _is_guarded(scope) and not self._is_guest(scope, headers):
            await _refuse(PlainTextResponse(FOREIGN, 403), scope, receive, answering)
        else:
            await self._app(scope, receive, answering)

    def _is_guest(self, scope: Scope, headers: Headers) -> bool:
        return scope["type"] == "http" and begins(scope["path"], API) and headers.get("origin") in self._origins


def own_origin(origin: str, host: str, *, secure: bool) -> bool:
    """Return whether ``origin`` is that of our own pages under this name; those that came by TLS stay there."""
    scheme, _, name = origin.lower().partition("://")
    return name == host.lower() and scheme in ({"https"} if secure else {"http", "https"})


def _wrapped(scope: Scope, send: Send) -> Send:
    """Say with every answer what it may do and who may read it, unless it says so itself."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("content-security-policy", POLICY.format(nonce=scope["state"]["nonce"]))
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if scope.get("scheme") in SECURE:
                headers["strict-transport-security"] = HSTS
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


def _is_own(headers: Headers, scheme: str) -> bool:
    """A client that is no browser sends no origin; a browser that sends none still says what kind of site asks."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
    return own_origin(origin, headers.get("host", ""), secure=scheme in SECURE)


async def _refuse(response: PlainTextResponse, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
    else:
        await response(scope, receive, send)
