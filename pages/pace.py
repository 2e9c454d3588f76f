"""Requests that come too often are asked to wait."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from services.people.brakes import neighbourhood
from services.people.sessions import Visit
from services.rates import Kind, Rates, TooOftenError

SOCKET: Final = "/_nicegui_ws"
PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Too often · OmniChat</title>
<style>
:root {{color-scheme: light dark}}
body {{font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem}}
</style>
<h1>Too often</h1>
<p>{words}</p>
</html>
"""


async def held_up(rates: Rates, scope: Scope, visit: Visit) -> Response | None:
    """Return what to answer somebody who comes too often, or nothing."""
    address = neighbourhood(scope["client"][0]) if scope.get("client") else ""
    kind = _kind(scope, visit)
    known = visit.person if kind is not Kind.SIGN_IN else None
    try:
        await rates.check(kind, known.uid if known else address)
    except TooOftenError as error:
        return _answer(scope, error)
    return None


def _kind(scope: Scope, visit: Visit) -> Kind:
    path = scope["path"]
    if scope.get("method") == "POST" and path.startswith(("/auth/", "/api/auth/")):
        return Kind.SIGN_IN
    if visit.person is None:
        return Kind.STRANGER
    if path.startswith(SOCKET):
        return Kind.SOCKET
    return Kind.API if path.startswith("/api/") else Kind.PAGE


def _answer(scope: Scope, error: TooOftenError) -> Response:
    headers = {"Retry-After": str(error.seconds)}
    if "text/html" in Headers(scope=scope).get("accept", ""):
        return HTMLResponse(PAGE.format(words=str(error)), 429, headers)
    return JSONResponse({"detail": str(error)}, 429, headers)
