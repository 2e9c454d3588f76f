"""The aiohttp sockets under httpx."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from contextvars import ContextVar
from ipaddress import ip_address

import httpx
from aiohttp import (
    ClientError,
    ClientHandlerType,
    ClientMiddlewareType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream
from typing_extensions import override
from yarl import URL

from omnichat.guard import CLOSED, BlockedAddressError, OpenNetworks

CONNECTIONS = 1000
WRITTEN: ContextVar[str] = ContextVar("address as written")
KEPT_ALIVE = 30.0  # seconds that an idle connection stays open


def _trusted() -> ssl.SSLContext:
    """Trust what the system trusts, and what browsers do: a slim container brings no list of its own."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


TRUSTED = _trusted()  # takes a while: once, and not during a request


class GuardedResolver(AbstractResolver):
    """Resolve names, refuse inner addresses; the connection goes to the very address that was checked."""

    def __init__(self, opened: OpenNetworks = CLOSED, resolver: AbstractResolver | None = None) -> None:
        self._opened = opened
        self._resolver = resolver or ThreadedResolver()

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        for result in found:
            if not self._opened.allow(host, ip_address(result["host"].partition("%")[0])):
                raise BlockedAddressError(f"{host} is inside a private network")
        return found

    @override
    async def close(self) -> None:
        await self._resolver.close()


class KeptStream(AiohttpResponseStream):
    """The body of a response; what came before its connection broke is read before the failure is told.

    aiohttp itself drops what waits to be read at that moment.
    """

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in super().__aiter__():
                yield piece
        except httpx.TransportError:
            body = self._aiohttp_response.content
            body.set_exception(None)  # type: ignore[arg-type]  # without this, it hands out nothing any more
            if rest := body.read_nowait():
                yield rest
            raise


class SocketTransport(AiohttpTransport):
    """The sockets of one client; every failure of aiohttp leaves it as one of httpx."""

    def __init__(self, resolver: AbstractResolver | None) -> None:
        super().__init__(verify=TRUSTED, client=lambda: _session(resolver, as_written), trust_env=False)

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        WRITTEN.set(str(request.url))
        try:
            response = await super().handle_async_request(request)
        except ClientError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        if isinstance(response.stream, AiohttpResponseStream):
            response.stream = KeptStream(response.stream._aiohttp_response)
        return response


async def as_written(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Send the address as it was written and signed, where aiohttp would turn a ``%3A`` into a colon."""
    request.url = URL(WRITTEN.get(), encoded=True)
    return await handler(request)


def _session(resolver: AbstractResolver | None, *middlewares: ClientMiddlewareType) -> ClientSession:
    connector = TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEPT_ALIVE, resolver=resolver, ssl=TRUSTED)
    return ClientSession(connector=connector, cookie_jar=DummyCookieJar(), trust_env=False, middlewares=middlewares)


async def unmoved(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Refuse to be sent elsewhere, which aiohttp would let a WebSocket be, past the guard."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise ClientError("leads to another address")
    return response


def open_session(limits: OpenNetworks | None) -> ClientSession:
    """Return sockets like those of ``open_transport``, for a WebSocket."""
    return _session(_resolver(limits), unmoved)


def open_transport(limits: OpenNetworks | None) -> httpx.AsyncBaseTransport:
    """Return sockets that reach every address, or, with ``limits``, public ones and those opened by name."""
    return SocketTransport(_resolver(limits))


def _resolver(limits: OpenNetworks | None) -> AbstractResolver | None:
    return None if limits is None else GuardedResolver(limits)
