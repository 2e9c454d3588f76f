"""Every request has an id of ours, a line in the log, and a calm word where something broke."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.log_lines import REQUEST
from pages.visits import ASSETS, begins, visit_of_scope

log = logging.getLogger(__name__)
SECRET_PATHS: Final = ("/set-up", "/join", "/reset", "/auth", "/sign-in")
BROKE: Final = "That did not work because of a fault on our side. Try again; if it stays, tell an admin this number."


class Traffic:
    """Tell how each request went: never its query, nor what it held."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under an id that its answer names too."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = secrets.token_hex(8)
        scope.setdefault("state", {})["request"] = number
        REQUEST.set(number)
        status, began = 0, time.perf_counter()

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = number
            await send(message)

        try:
            await self._app(scope, receive, told)
        except Exception:
            log.exception("A request broke")
            if status:
                raise
            await JSONResponse({"detail": BROKE, "request": number}, 500)(scope, receive, told)
        finally:
            if not begins(scope["path"], ASSETS):
                _tell(scope, status, time.perf_counter() - began)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    path = scope["path"]
    if begins(path, SECRET_PATHS):
        path = "/".join(path.split("/")[:2])
    who = visit_of_scope(scope).who
    told = {
        "method": scope["method"],
        "path": path,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "address": scope["client"][0] if scope.get("client") else "",
        "who": who.uid if who else "",
    }
    log.info("%s %s %d", told["method"], path.encode("unicode_escape").decode(), status, extra=told)
