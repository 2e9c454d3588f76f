"""Nobody may send us into the own network."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import httpx
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from omnichat.client import AsyncClient
from omnichat.errors import AddressError, ProviderError
from omnichat.guard import BlockedAddressError, OpenNetworks, check_url, is_public
from omnichat.messages import ChatRequest, Message
from omnichat.sockets import GuardedResolver, SocketTransport
from tests.omnichat.far_end import DONE, END, JSON, Saying, far_end, word

LIST = Saying(kind=JSON, pieces=(b'{"data": []}',))
HELLO = ChatRequest(model="custom/m", messages=(Message.of("user", "Hello"),))
HERE = OpenNetworks.read("127.0.0.1")
REBOUND = OpenNetworks.read("rebound.example")
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
        self.left = list(answers)

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        hosts = self.left.pop(0)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0) for address in hosts
        ]

    @override
    async def close(self) -> None:
        return


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


PRIVATE = """
0.0.0.1 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.168.0.1 2130706433 0x7f000001 0177.0.0.1
[::1] [fc00::1] [fd00::1] [fe80::1] [::ffff:127.0.0.1] [::ffff:a9fe:a9fe] [64:ff9b::7f00:1] [2002:7f00:1::] 224.0.0.1
127.0.0.1\\@example.com me@127.0.0.1 exam\\tple.com 127.0.0.1%2f 127.0.0.1%00.example.com localhost
"""


@pytest.mark.parametrize("host", PRIVATE.split())
async def test_no_call_to_an_inner_address_leaves_by_any_way(host: str) -> None:
    async with AsyncClient(retries=0) as client:
        with pytest.raises(AddressError):
            await client.list_models("custom", base_url=f"http://{host}:9/v1")
        with pytest.raises(AddressError):
            await anext(client.stream(HELLO, base_url=f"http://{host}:9/v1"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with far_end(LIST) as inner:
        onward = Saying(status=status, headers={"Location": f"{inner.url}/v1/models"})
        async with far_end(onward) as end, AsyncClient(retries=0, open_networks=HERE) as client:
            with pytest.raises(ProviderError):
                await client.list_models("custom", base_url=end.url, key="k")
            with pytest.raises(ProviderError):
                await anext(client.stream(HELLO, base_url=end.url, key="k"))
        assert inner.asked == []


async def test_a_websocket_is_not_led_elsewhere() -> None:
    onward = Saying(status=302, headers={"Location": "http://127.0.0.1:9/"})
    async with far_end(onward) as end, AsyncClient(base_urls={"openai": end.url}, keys={"openai": "k"}) as client:
        with pytest.raises(ProviderError, match="another address"):
            async with client.realtime.connect(model="openai/gpt-realtime"):
                pass
    assert len(end.asked) == 1


async def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """A second look-up, which a rebinding name would answer differently, never happens."""
    names = FakeNames(["127.0.0.1"], ["127.0.0.2"])
    async with far_end(Saying(kind=JSON, pieces=(b"{}",))) as end:
        port = end.url.rpartition(":")[2]
        async with httpx.AsyncClient(transport=SocketTransport(GuardedResolver(REBOUND, names))) as client:
            answer = await client.get(f"http://rebound.example:{port}/")
    assert answer.status_code == 200
    assert end.asked[0].headers["host"] == f"rebound.example:{port}"
    assert len(names.left) == 1


async def test_a_name_that_turns_inside_after_it_was_checked_is_refused_at_the_next_connection() -> None:
    names = FakeNames(["127.0.0.1"], ["10.0.0.1"])
    async with far_end(Saying(kind=JSON, pieces=(b"{}",))) as end:
        port = end.url.rpartition(":")[2]
        for refused in (False, True):
            transport = SocketTransport(GuardedResolver(OpenNetworks.read("127.0.0.1"), names))
            async with httpx.AsyncClient(transport=transport) as client:
                if refused:
                    with pytest.raises(httpx.TransportError):
                        await client.get(f"http://rebound.example:{port}/")
                else:
                    await client.get(f"http://rebound.example:{port}/")
    assert len(end.asked) == 1


@pytest.mark.parametrize(
    ("opened", "url", "goes"),
    [
        ("127.0.0.1", "http://127.0.0.1:11434/v1", True),
        ("127.0.0.1", "http://0x7f.1:11434/v1", True),
        ("127.0.0.1", "http://127.0.0.2:11434/v1", False),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]:11434/v1", False),
        ("192.168.1.0/24 ollama.lan", "http://192.168.1.7/v1", True),
        ("192.168.1.0/24,ollama.lan", "http://192.168.2.7/v1", False),
        ("192.168.1.0/24", "http://169.254.169.254/latest", False),
        ("[fd00::]/8", "http://[fd12::1]/v1", True),
        ("ollama.lan", "http://10.0.0.1/v1", False),
    ],
)
def test_an_operator_opens_inner_addresses_by_name_or_network(opened: str, url: str, goes: bool) -> None:
    networks = OpenNetworks.read(opened)
    if goes:
        check_url(url, networks)
    else:
        with pytest.raises(AddressError):
            check_url(url, networks)


@pytest.mark.parametrize(("host", "goes"), [("ollama.lan", True), ("OLLAMA.lan", True), ("evil.ollama.lan", False)])
async def test_a_name_that_was_opened_may_lead_inside_and_no_other(host: str, goes: bool) -> None:
    resolver = GuardedResolver(OpenNetworks.read("Ollama.LAN"), FakeNames(["10.0.0.1"]))
    if goes:
        assert await resolver.resolve(host)
    else:
        with pytest.raises(BlockedAddressError):
            await resolver.resolve(host)


@pytest.mark.parametrize("nonsense", ["https://ollama.lan", "10.0.0.0/99", "10.0.0.1/8", "a b;c", "*"])
def test_nonsense_opens_nothing(nonsense: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        OpenNetworks.read(nonsense)


BAD_HEADERS = [
    {"Host": "inside"},
    {"host": "inside"},
    {"Content-Length": "0"},
    {"Transfer-Encoding": "chunked"},
    {"Connection": "upgrade"},
    {"Upgrade": "h2c"},
    {"Content-Type": "text/plain"},
    {"Proxy-Authorization": "x"},
    {"Expect": "100-continue"},
    {"X-A": "b\r\nHost: inside"},
    {"X-A": "b\nc"},
    {"X-A": "b\0"},
    {"X-A": "ü"},
    {"X-A\r\nHost": "inside"},
    {"X A": "b"},
    {"X:A": "b"},
    {"": "b"},
    {"X-A": "b" * 4001},
    {f"X-{number}": "b" for number in range(21)},
]


@pytest.mark.parametrize("headers", BAD_HEADERS, ids=lambda headers: repr(headers)[:40])
async def test_a_header_that_could_lead_a_call_astray_is_refused_before_anything_is_sent(
    headers: dict[str, str],
) -> None:
    async with far_end(LIST) as end, AsyncClient(open_networks=HERE) as client:
        with pytest.raises(AddressError):
            await client.list_models("custom", base_url=end.url, headers=headers)
    assert end.connections == 0


async def test_a_persons_header_comes_before_ours_however_it_is_spelt() -> None:
    async with far_end(LIST) as end, AsyncClient(open_networks=HERE) as client:
        headers = {"AUTHORIZATION": "Basic x", "user-agent": "me"}
        await client.list_models("custom", base_url=end.url, key="k", headers=headers)
    assert (end.asked[0].headers["authorization"], end.asked[0].headers["user-agent"]) == ("Basic x", "me")
