"""Pages in browsers: each speaks for the session that opened it, as long as that lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs

from nicegui import Client, core
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.door import own_origin
from pages.visits import SECURE, UPLOADS, begins, visit_of, visit_of_scope
from services.news import News
from services.people.sessions import SESSIONS, Sessions

log = logging.getLogger(__name__)
Handler: TypeAlias = Callable[..., Any]
MESSAGES: Final = ("event", "javascript_response", "ack", "log")
MOMENT: Final = 1.0  # seconds in which a page may be on its way elsewhere already, as after a sign-out
LOOK: Final = 5.0  # seconds; a session may also end in another process, which tells nobody


def guard_pages() -> None:
    """Let a page hear only the sockets of the session that opened it, and only those that are connected to it.

    NiceGUI itself takes every socket that knows a page's number at its word.
    """
    core.sio.eio.cors_allowed_origins = _is_ours
    handlers = core.sio.handlers["/"]
    for name in MESSAGES:
        handlers[name] = _heard_by_its_own(handlers[name])
    connect, handshake = handlers["connect"], handlers["handshake"]

    async def connected(sid: str, environ: dict[str, Any], *more: object) -> object:
        asked = parse_qs(environ.get("QUERY_STRING", "")).get("client_id", [""])[0]
        return await connect(sid, environ, *more) if _may_speak(sid, asked) else False

    async def shaken(sid: str, data: dict[str, Any]) -> object:
        return await handshake(sid, data) if _may_speak(sid, str(data.get("client_id"))) else False

    handlers["connect"], handlers["handshake"] = connected, shaken


class OwnUploads:
    """Let a page take files only from the session that opened it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 404."""
        if scope["type"] == "http" and begins(scope["path"], UPLOADS):
            client = Client.instances.get(scope["path"].removeprefix(UPLOADS[0]).partition("/")[0])
            if client is None or session_of(client) != visit_of_scope(scope).session:
                await JSONResponse({"detail": "This page is not open any more."}, 404)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _heard_by_its_own(handler: Handler) -> Handler:
    def heard(sid: str, message: dict[str, Any]) -> object:
        return handler(sid, message) if message.get("client_id") in core.sio.rooms(sid) else None

    return heard


def _is_ours(origin: str | None, environ: dict[str, Any]) -> bool:
    if origin is None:  # no browser, or not across sites
        return True
    secure = environ["asgi.scope"].get("scheme") in SECURE
    return own_origin(origin, environ.get("HTTP_HOST", ""), secure=secure)


def _may_speak(sid: str, client_id: str) -> bool:
    client = Client.instances.get(client_id)
    return client is None or session_of(client) == _session_of_socket(sid)


def session_of(client: Client) -> str:
    """Return the uid of the session that opened a page; without accounts it is empty."""
    return visit_of(client.request).session if client.request else ""


def _session_of_socket(sid: str) -> str:
    scope = core.sio.get_environ(sid).get("asgi.scope", {})
    return visit_of(HTTPConnection({"type": "websocket", **scope})).session


async def follow_sessions(sessions: Sessions, news: News) -> None:
    """Close the pages of sessions that have ended, until cancelled."""
    async with aclosing(news.watch(SESSIONS)) as changes:
        heard = asyncio.ensure_future(anext(changes))
        try:
            while True:
                await asyncio.wait([heard], timeout=LOOK)
                if heard.done():
                    heard = asyncio.ensure_future(anext(changes))
                try:
                    await _close_ended(sessions)
                except Exception:
                    log.exception("Pages of ended sessions could not be closed; trying again")
        finally:
            heard.cancel()
            await asyncio.wait([heard])


async def _close_ended(sessions: Sessions) -> None:
    opened = {session for client in Client.instances.values() if (session := session_of(client))}
    ended = opened - await sessions.living(opened)
    clients = [client for client in Client.instances.values() if session_of(client) in ended]
    await asyncio.gather(*map(_close, clients))


async def _close(client: Client) -> None:
    """Hear a page no more, and lead it away from what it shows."""
    path = client.request.url.path if client.request else "/"
    sids = [sid for sid, _ in core.sio.manager.get_participants("/", client.id)]
    for sid in sids:
        await core.sio.leave_room(sid, client.id)
    for document in list(client._delete_tasks):  # NiceGUI would delete it once more later, and fail
        client._cancel_delete_task(document)
    if client.id in Client.instances:
        client.delete()
    await asyncio.sleep(MOMENT)
    for sid in sids:
        await core.sio.emit("open", {"path": path, "new_tab": False}, to=sid)
        await core.sio.disconnect(sid)
