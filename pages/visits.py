"""Who each request comes from; whoever is not signed in reaches what is open to all, and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.pace import held_up
from services.people.person import NotAllowedError, Person
from services.people.sessions import NOBODY, Visit
from services.wiring import Services

COOKIE: Final = "omnichat_session"
SECURE_COOKIE: Final = f"__Host-{COOKIE}"
SECURE: Final = {"https", "wss"}
ASSETS: Final = ("/_nicegui/", "/look/", "/fonts/", "/healthz", "/readyz", "/favicon")
UPLOADS: Final = ("/_nicegui/client/",)
API: Final = ("/api/", "/v1/")
SIGNING_IN: Final = ("/api/auth/",)
OPEN: Final = ("/api/openapi.json", "/sign-in", "/set-up", "/join", "/reset", "/auth/", "/api/auth/", "/_nicegui_ws/")


class Visits:
    """Find out who a request comes from, hold up who comes too often, and send strangers to the sign-in.

    Pages and their sockets know people by their session's cookie, and never take a token; the API takes either, but no
    cookie from another site's page, and a token that is not good is refused whatever cookie comes with it.
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its visit, or answer it with 303, 401, 403 or 429."""
        if scope["type"] not in {"http", "websocket"} or _is_asset(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        tokens = set() if begins(scope["path"], SIGNING_IN) else tokens_in(headers)
        visit = await self._visit(scope, headers, tokens)
        scope.setdefault("state", {})["visit"] = visit
        answer = await held_up(self._services.rates, scope, visit)
        if answer is None and visit.person is None and (tokens or not begins(scope["path"], OPEN)):
            answer = _turned_away(scope, visit)
        if answer is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "not signed in"})
        else:
            await answer(scope, receive, send)

    async def _visit(self, scope: Scope, headers: Headers, tokens: Collection[str]) -> Visit:
        is_api = begins(scope["path"], API)
        if tokens:
            return await self._services.people.bearing(*tokens) if is_api and len(tokens) == 1 else NOBODY
        if is_api and scope["state"].get("foreign"):
            return NOBODY
        tls = self._services.settings.url.startswith("https://") or scope.get("scheme") in SECURE
        return await self._services.visit(secret_in(headers.get("cookie", ""), tls=tls))


def _turned_away(scope: Scope, visit: Visit) -> Response:
    if visit.refusal:
        return JSONResponse({"detail": visit.refusal, "code": "not_allowed"}, 403)
    headers = Headers(scope=scope)
    if scope.get("method") != "GET" or "text/html" not in headers.get("accept", "") or tokens_in(headers):
        return JSONResponse({"detail": "Sign in first."}, 401, {"WWW-Authenticate": "Bearer"})
    query = scope["query_string"].decode("latin-1")
    wanted = quote(scope["path"] + (f"?{query}" if query else ""), safe="/")
    return RedirectResponse("/sign-in" if wanted == "/" else f"/sign-in?to={wanted}", 303)


def _is_asset(path: str) -> bool:
    return begins(path, ASSETS) and not begins(path, UPLOADS)


def begins(path: str, those: tuple[str, ...]) -> bool:
    """Return whether ``path`` is one of those, or lies below one."""
    return any(path == each.rstrip("/") or path.startswith(f"{each.rstrip('/')}/") for each in those)


def tokens_in(headers: Headers) -> set[str]:
    """Return the tokens that a request shows; more than one is one too many."""
    shown = [each.split(None, 1) for each in headers.getlist("authorization")]
    bearers = {"".join(parts[1:]).strip() for parts in shown if parts and parts[0].lower() == "bearer"}
    return bearers | {each.strip() for each in headers.getlist("x-api-key")}


def secret_in(header: str, *, tls: bool) -> str:
    """Return the secret in a ``Cookie`` header, or nothing; under TLS only one that no neighbouring host can set."""
    cookies = SimpleCookie()
    try:
        cookies.load(header)
    except CookieError:
        return ""
    found = cookies.get(SECURE_COOKIE if tls else COOKIE)
    return found.value if found else ""


def visit_of_scope(scope: Scope) -> Visit:
    """Return who a request comes from."""
    visit = scope.get("state", {}).get("visit", NOBODY)
    assert isinstance(visit, Visit)
    return visit


def visit_of(connection: HTTPConnection) -> Visit:
    """Return who a request comes from."""
    return visit_of_scope(connection.scope)


def visitor(connection: HTTPConnection) -> Person:
    """Return whoever is signed in; nobody else comes this far."""
    who = visit_of(connection).person
    if who is None:
        raise NotAllowedError("Sign in first.")
    return replace(who, address=connection.client.host if connection.client else "")
