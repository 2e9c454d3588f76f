"""Who each request comes from; whoever is not signed in reaches what is open to all, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.people import NotAllowedError, Person
from services.sessions import NOBODY, Visit
from services.wiring import Services

COOKIE: Final = "omnichat_session"
SECURE_COOKIE: Final = f"__Host-{COOKIE}"
ASSETS: Final = ("/_nicegui/", "/look/", "/fonts/", "/healthz", "/readyz", "/favicon")
OPEN: Final = ("/sign-in", "/set-up", "/join", "/reset", "/auth/", "/api/auth/", "/_nicegui_ws/")


class Visits:
    """Find out whose session a request belongs to, and send strangers to the door."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its visit, or answer it with 303 or 401."""
        if scope["type"] not in {"http", "websocket"} or _begins(scope["path"], ASSETS):
            await self._app(scope, receive, send)
            return
        visit = await self._services.visit(secret_in(Headers(scope=scope).get("cookie", "")))
        scope.setdefault("state", {})["visit"] = visit
        if visit.person or _begins(scope["path"], OPEN):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "not signed in"})
        else:
            await self._turned_away(scope)(scope, receive, send)

    def _turned_away(self, scope: Scope) -> Response:
        if scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", ""):
            query = scope["query_string"].decode("latin-1")
            wanted = quote(scope["path"] + (f"?{query}" if query else ""), safe="/")
            return RedirectResponse("/sign-in" if wanted == "/" else f"/sign-in?to={wanted}", 303)
        return JSONResponse({"detail": "Sign in first."}, 401)


def _begins(path: str, those: tuple[str, ...]) -> bool:
    """Return whether ``path`` is one of those, or lies below one."""
    return any(path == each.rstrip("/") or path.startswith(f"{each.rstrip('/')}/") for each in those)


def secret_in(header: str) -> str:
    """Return the secret in a ``Cookie`` header, or nothing."""
    cookies = SimpleCookie()
    try:
        cookies.load(header)
    except CookieError:
        return ""
    found = cookies.get(SECURE_COOKIE) or cookies.get(COOKIE)
    return found.value if found else ""


def visit_of(connection: HTTPConnection) -> Visit:
    """Return who a request comes from."""
    visit = connection.scope.get("state", {}).get("visit", NOBODY)
    assert isinstance(visit, Visit)
    return visit


def visitor(connection: HTTPConnection) -> Person:
    """Return whoever is signed in; nobody else comes this far."""
    who = visit_of(connection).person
    if who is None:
        raise NotAllowedError("Sign in first.")
    return replace(who, address=connection.client.host if connection.client else "")
