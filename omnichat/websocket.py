"""A WebSocket: text both ways, until one side hangs up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WSMessageTypeError,
    WSMsgType,
    WSServerHandshakeError,
)

from omnichat.errors import ConnectionFailedError, ProviderError, ServerError
from omnichat.refusals import refusal

HEARTBEAT = 20.0  # seconds between two signs of life
LARGEST_FRAME = 32 * 1024 * 1024
FAREWELLS = {1000, 1001, 1005}
LEAVE = 2.0  # seconds that the other side has to say goodbye
STATUSES: Mapping[int | None, int] = {
    1002: 400,
    1003: 400,
    1007: 400,
    1008: 403,
    1009: 413,
    1011: 500,
    1012: 503,
    1013: 503,
}
BREAKS = (ClientError, ConnectionError, WSMessageTypeError)


class WebSocket:
    """One connection; its errors bear the name of ``provider`` and not the ``secrets``."""

    def __init__(self, session: ClientSession, socket: ClientWebSocketResponse, provider: str, secrets: Sequence[str]):
        self._session = session
        self._socket = socket
        self._provider = provider
        self._secrets = secrets

    async def send(self, text: str) -> None:
        """Send ``text``, or raise a ``ConnectionFailedError``."""
        try:
            await self._socket.send_str(text)
        except BREAKS as error:
            raise self._told(ConnectionFailedError("hung up", provider="")) from error

    async def receive(self) -> str | None:
        """Return the next text, or nothing once the other side took its leave; raise what it complained of."""
        try:
            message = await self._socket.receive()
        except BREAKS as error:
            raise self._told(ConnectionFailedError("hung up", provider="")) from error
        match message.type:
            case WSMsgType.TEXT:
                return str(message.data)
            case WSMsgType.BINARY:
                return bytes(message.data).decode("utf-8", "replace")
        if self._socket.close_code not in FAREWELLS:
            raise self._told(_complaint(self._socket.close_code, str(message.extra or "")))
        return None

    async def close(self) -> None:
        """Hang up."""
        with suppress(*BREAKS):
            await self._socket.close()
        await self._session.close()

    def _told(self, error: ProviderError) -> ProviderError:
        return error.told(self._provider, self._secrets)


async def dial(
    session: ClientSession, url: str, headers: Mapping[str, str], provider: str, secrets: Sequence[str]
) -> WebSocket:
    """Return the connection to ``url``, which owns ``session``; raise a nameless ``ProviderError`` if it is refused."""
    try:
        socket = await session.ws_connect(
            url,
            headers=headers,
            heartbeat=HEARTBEAT,
            max_msg_size=LARGEST_FRAME,
            timeout=ClientWSTimeout(ws_close=LEAVE),
        )
    except BaseException as error:
        await session.close()
        if isinstance(error, WSServerHandshakeError):
            raise _declined(error) from error
        if isinstance(error, ClientError) and not isinstance(error, OSError):
            raise ConnectionFailedError(str(error), provider="") from error
        raise
    return WebSocket(session, socket, provider, secrets)


def _complaint(code: int | None, reason: str) -> ProviderError:
    if code in STATUSES:
        return refusal(reason or f"hung up with code {code}", STATUSES[code])
    return ConnectionFailedError(reason or "the connection broke off", provider="")


def _declined(error: WSServerHandshakeError) -> ProviderError:
    if error.status < 400:
        return ServerError("speaks no WebSocket here", provider="", status=error.status)
    return refusal("", error.status, error.headers or {})
