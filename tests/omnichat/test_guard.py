"""Nobody may send us into the own network."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from omnichat.client import AsyncClient
from omnichat.errors import AddressError
from omnichat.guard import BlockedAddressError, check_url, is_public
from omnichat.messages import ChatRequest, Message
from omnichat.sockets import GuardedResolver
from tests.omnichat.far_end import DONE, END, Saying, far_end, word

INNER = """
127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1. 0.0.0.0 0 10.0.0.1 10.255.255.255
100.64.0.1 169.254.169.254 0xA9FEA9FE 2852039166 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.168.1.1 198.18.0.1
198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 ①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 127｡0｡0｡1
169。254。169。254
[::] [::1] [0:0:0:0:0:0:0:1] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:a9fe:a9fe] [::ffff:8.8.8.8]
[fc00::1] [fd12:3456::1] [fe80::1] [fe80::1%25eth0] [fec0::1] [ff02::1] [64:ff9b::7f00:1] [64:ff9b::808:808]
[64:ff9b:1::1] [2002:7f00:1::] [2002:808:808::1] [2001:0:4136::1] [2001:db8::1] [100::1]
"""


@pytest.mark.parametrize("host", INNER.split())
@pytest.mark.parametrize("port", ["", ":11434"])
def test_an_inner_address_is_refused_however_it_is_spelt(host: str, port: str) -> None:
    with pytest.raises(AddressError):
        check_url(f"http://{host}{port}/v1")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1",
        "http://8.8.8.8/v1",
        "https://[2606:4700:4700::1111]/v1",
        "https://9.9.9.9:8443",
        "https://10.example.com",
    ],
)
def test_a_public_address_is_let_through(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com",
        "file:///etc/passwd",
        "gopher://example.com",
        "javascript:alert(1)",
        "//example.com",
        "example.com",
        "https://",
        "https:///v1",
        "https://user:secret@example.com",
        "https://user@example.com",
        "https://example.com@127.0.0.1/",
        "https://127.0.0.1\\@example.com/",
        "https://exa\tmple.com",
        "https://example.com/a b",
        "https://example.com\r\nHost: x",
        "https://example.com:port",
        "https://example.com:99999",
        "https://[::1",
    ],
)
def test_a_malformed_or_doubtful_address_is_refused(url: str) -> None:
    with pytest.raises(AddressError):
        check_url(url)


class FakeNames(AbstractResolver):
    """Names that lead wherever the test says, one answer after another."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        hosts = self._answers.pop(0)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0) for address in hosts
        ]

    @override
    async def close(self) -> None:
        self._answers.clear()


@pytest.mark.parametrize("answer", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["fe80::1%eth0"], ["64:ff9b::1"]])
async def test_a_name_that_leads_inside_is_refused(answer: list[str]) -> None:
    with pytest.raises(BlockedAddressError):
        await GuardedResolver(resolver=FakeNames(answer)).resolve("rebound.example", 443)


async def test_a_name_is_checked_at_every_connection() -> None:
    resolver = GuardedResolver(resolver=FakeNames(["8.8.8.8"], ["127.0.0.1"]))
    assert (await resolver.resolve("rebound.example"))[0]["host"] == "8.8.8.8"
    with pytest.raises(BlockedAddressError):
        await resolver.resolve("rebound.example")


def test_every_address_in_the_list_is_known_to_be_inner() -> None:
    assert not is_public(ip_address("169.254.169.254"))
    assert is_public(ip_address("1.1.1.1"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_an_address_typed_by_a_person_may_not_lead_inside_but_the_operators_may(host: str) -> None:
    request = ChatRequest(model="custom/m", messages=(Message.of("user", "Hello"),))
    async with far_end(Saying(pieces=(word("Hi"), END, DONE))) as end:
        url = end.url.replace("127.0.0.1", host)
        async with AsyncClient(base_urls={"custom": url}) as client:
            with pytest.raises(AddressError, match="private network"):
                await anext(client.stream(request, base_url=url))
            assert end.asked == []
            assert [delta async for delta in client.stream(request)]
            assert len(end.asked) == 1
