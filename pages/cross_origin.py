"""Pages of other sites that may use the API: those on the list, with a token."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.visits import API, begins

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
ASKED: Final = ("Authorization", "Content-Type", "X-API-Key")
SHOWN: Final = ("X-Request-ID", "Retry-After")
REMEMBERED: Final = 600  # seconds


class CrossOrigin:
    """Tell browsers which origins may read the API's answers; cookies are never theirs to send."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._api = CORSMiddleware(
            app,
            allow_origins=sorted(origins),
            allow_methods=METHODS,
            allow_headers=ASKED,
            expose_headers=SHOWN,
            max_age=REMEMBERED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer what a browser asks beforehand."""
        guarded = scope["type"] == "http" and begins(scope["path"], API)
        await (self._api if guarded else self._app)(scope, receive, send)
