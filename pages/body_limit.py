"""How much a request may bring along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST: Final = 65_536  # bytes, where nothing else is said
MOST_HEADERS: Final = 32_768  # bytes of all headers together
TOO_LARGE: Final = "That is too large. At most {kb:,} kB can be sent here."
TOO_MANY_HEADERS: Final = "The headers of this request are too large."


class BodyLimit:
    """Refuse bodies larger than the longest ``limits`` entry that their path begins with says, and endless headers."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, int]) -> None:
        self._app = app
        self._limits = sorted(limits.items(), key=lambda each: -len(each[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 413 or 431."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = next((most for path, most in self._limits if scope["path"].startswith(path)), MOST)
        said = Headers(scope=scope).get("content-length", "0")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
            await JSONResponse({"detail": TOO_MANY_HEADERS}, 431)(scope, receive, send)
        elif not said.isdigit() or int(said) > most:
            await _too_large(most)(scope, receive, send)
        else:
            await self._counted(scope, receive, send, most)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        """Count what comes, for a length need not be said beforehand."""
        came, over, started = 0, False, False

        async def counting() -> Message:
            nonlocal came, over
            message = await receive()
            came += len(message.get("body", b""))
            over = over or came > most
            return {"type": "http.disconnect"} if over else message

        async def unless_over(message: Message) -> None:
            nonlocal started
            if not over or started:
                started = True
                await send(message)

        try:
            await self._app(scope, counting, unless_over)
        except Exception:
            if not over or started:
                raise
        if over and not started:
            await _too_large(most)(scope, receive, send)


def _too_large(most: int) -> JSONResponse:
    return JSONResponse({"detail": TOO_LARGE.format(kb=most // 1000)}, 413, {"Connection": "close"})
