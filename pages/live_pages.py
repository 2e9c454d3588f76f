"""Pages in browsers: each speaks for the session that opened it, as long as that lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs

from nicegui import Client, core
from starlette.requests import HTTPConnection

from pages.visits import visit_of
from services.news import News
from services.sessions import SESSIONS, Sessions

Handler: TypeAlias = Callable[..., Any]
MESSAGES: Final = ("event", "javascript_response", "ack", "log")
LOOK: Final = 5.0  # seconds; a session may also end in another process, which tells nobody


def guard_pages() -> None:
    """Let a page hear only the sockets of the session that opened it, and only those that are connected to it.

    NiceGUI itself takes every socket that knows a page's number at its word.
    """
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


def _heard_by_its_own(handler: Handler) -> Handler:
    def heard(sid: str, message: dict[str, Any]) -> object:
        return handler(sid, message) if message.get("client_id") in core.sio.rooms(sid) else None

    return heard


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
                await _close_ended(sessions)
        finally:
            heard.cancel()
            await asyncio.wait([heard])


async def _close_ended(sessions: Sessions) -> None:
    opened = {session for client in Client.instances.values() if (session := session_of(client))}
    ended = opened - await sessions.living(opened)
    for client in [client for client in Client.instances.values() if session_of(client) in ended]:
        await _close(client)


async def _close(client: Client) -> None:
    """Lead a page away from what it shows, and hear it no more."""
    path = client.request.url.path if client.request else "/"
    await core.sio.emit("open", {"path": path, "new_tab": False}, room=client.id)
    for sid, _ in list(core.sio.manager.get_participants("/", client.id)):
        await core.sio.disconnect(sid)
    for document in list(client._delete_tasks):  # NiceGUI would delete it once more later, and fail
        client._cancel_delete_task(document)
    if client.id in Client.instances:
        client.delete()
