"""What proxies in front of us say of a request; only those on the list are believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from services.settings import Network

TOLD: Final = ("forwarded", "x-real-ip", "x-forwarded-")
SCHEMES: Final = {("http", "https"): "https", ("websocket", "https"): "wss", ("websocket", "wss"): "wss"}


class Proxies:
    """Take address, scheme and host from what trusted proxies forward, and forget what anybody else claims."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as its sender meant it."""
        if scope["type"] in {"http", "websocket"}:
            scope = {**scope, "headers": list(scope["headers"])}
            headers = MutableHeaders(scope=scope)
            if scope.get("client") and self._trusts(scope["client"][0]):
                self._believe(scope, headers)
            for name in {name for name in headers if name.startswith(TOLD)}:
                del headers[name]
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope, headers: MutableHeaders) -> None:
        hops = [hop.strip() for each in headers.getlist("x-forwarded-for") for hop in each.split(",")]
        if sender := self._sender(hops):
            scope["client"] = (sender, 0)
        proto = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
        scope["scheme"] = SCHEMES.get((scope["type"], proto), scope.get("scheme", "http"))
        if host := headers.get("x-forwarded-host", "").rpartition(",")[2].strip():
            headers["host"] = host

    def _sender(self, hops: Sequence[str]) -> str:
        """Return the last address that is not a proxy of ours; what stands before it may be made up."""
        for hop in reversed(hops):
            if not _address(hop):
                return ""
            if not self._trusts(hop):
                return hop
        return ""

    def _trusts(self, name: str) -> bool:
        address = _address(name)
        return address is not None and any(address in network for network in self._trusted)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
