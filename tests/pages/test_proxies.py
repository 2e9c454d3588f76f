"""Who somebody is, as told by proxies that are trusted, and by nobody else."""

from __future__ import annotations

import ipaddress

import pytest
from starlette.types import Message, Receive, Scope, Send

from pages.proxies import Proxies

TRUSTED = (ipaddress.ip_network("10.0.0.0/24"), ipaddress.ip_network("fd00::/64"))
TOLD = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https", "x-forwarded-host": "chat.example.org"}


async def passed(peer: str | None, told: dict[str, str], kind: str = "http") -> Scope:
    """Return the request as it is seen behind the proxies."""
    seen = list[Scope]()

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def nothing() -> Message:
        return {}

    async def unheard(message: Message) -> None:
        return

    headers = [(b"host", b"inside:8080"), *((name.encode(), value.encode()) for name, value in told.items())]
    scope = {"type": kind, "scheme": "http", "client": (peer, 1) if peer else None, "headers": headers}
    await Proxies(inside, TRUSTED)(scope, nothing, unheard)
    return seen[0]


def told_by(scope: Scope) -> tuple[str, str, str]:
    return scope["client"][0], scope["scheme"], dict(scope["headers"])[b"host"].decode()


@pytest.mark.parametrize("peer", ["10.0.0.5", "::ffff:10.0.0.5", "fd00::1"])
async def test_a_trusted_proxy_is_believed(peer: str) -> None:
    assert told_by(await passed(peer, TOLD)) == ("203.0.113.9", "https", "chat.example.org")


async def test_a_socket_that_came_by_tls_is_one() -> None:
    assert (await passed("10.0.0.5", TOLD, "websocket"))["scheme"] == "wss"


@pytest.mark.parametrize("peer", ["10.0.1.5", "127.0.0.1", "203.0.113.1", "fd01::1", "unix"])
async def test_anybody_else_is_not(peer: str) -> None:
    assert told_by(await passed(peer, TOLD)) == (peer, "http", "inside:8080")
    assert (await passed(None, TOLD))["client"] is None


@pytest.mark.parametrize("peer", ["10.0.0.5", "203.0.113.1"])
async def test_nothing_of_what_was_forwarded_is_left_for_others_to_believe(peer: str) -> None:
    more = {"forwarded": "for=1.2.3.4", "x-real-ip": "1.2.3.4", "x-forwarded-prefix": "/evil", "x-forwarded-port": "1"}
    scope = await passed(peer, TOLD | more)
    assert {name for name, _ in scope["headers"]} == {b"host"}


@pytest.mark.parametrize(
    ("hops", "sender"),
    [
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("203.0.113.9, evil", "10.0.0.5"),
        ("10.0.0.7", "10.0.0.5"),
        ("", "10.0.0.5"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
async def test_the_sender_is_the_last_hop_that_is_no_proxy_of_ours(hops: str, sender: str) -> None:
    assert (await passed("10.0.0.5", {"x-forwarded-for": hops}))["client"][0] == sender


async def test_a_scheme_that_is_none_changes_nothing() -> None:
    for proto in ("gopher", "", "http"):
        assert (await passed("10.0.0.5", {"x-forwarded-proto": proto}))["scheme"] == "http"
