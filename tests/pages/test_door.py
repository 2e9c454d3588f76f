"""Who may come in."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from pages.door import FOREIGN, REFUSED, Door

OURS = "http://chat.example.org:8080"


async def house(scope: Scope, receive: Receive, send: Send) -> None:
    """Let in whoever has passed the door."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 1000, "reason": "bye"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"welcome"})


def visitor() -> TestClient:
    return TestClient(Door(house, frozenset({"chat.example.org", "127.0.0.1", "::1"})), base_url=OURS)


@pytest.mark.parametrize("host", ["chat.example.org", "CHAT.example.org:99", "127.0.0.1:8080", "[::1]:8080"])
def test_known_names_are_let_in(host: str) -> None:
    assert visitor().get("/", headers={"Host": host}).text == "welcome"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil@chat.example.org",
        "chat.example.org/x",
        "chat.example.org, evil",
        "chat.example.org.evil.example",
        "evil.example:8080",
        "",
        "[::1",
        "user@evil.example",
        "a b",
    ],
)
def test_unknown_names_are_misdirected(host: str) -> None:
    answer = visitor().get("/", headers={"Host": host})
    assert (answer.status_code, answer.text) == (421, REFUSED)


@pytest.mark.parametrize("origin", [OURS, None])
def test_our_own_pages_and_programs_may_write_and_open_the_socket(origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert visitor().post("/", headers=headers).text == "welcome"
    with visitor().websocket_connect(f"{OURS.replace('http', 'ws')}/_nicegui_ws/socket.io/", headers=headers):
        pass


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://chat.example.org", "http://127.0.0.1:8080", "null", "", "http://[::1"]
)
def test_pages_of_other_sites_may_not(origin: str) -> None:
    headers = {"Origin": origin}
    for answer in (visitor().post("/", headers=headers), visitor().get("/_nicegui_ws/socket.io/", headers=headers)):
        assert (answer.status_code, answer.text) == (403, FOREIGN)
    with pytest.raises(WebSocketDisconnect) as refused, connection(headers):
        pass
    assert refused.value.code == 1008
    assert visitor().get("/", headers=headers).text == "welcome"


def connection(headers: dict[str, str]) -> Any:
    return visitor().websocket_connect(f"{OURS.replace('http', 'ws')}/_nicegui_ws/socket.io/", headers=headers)


def test_every_answer_keeps_other_sites_from_framing_and_guessing() -> None:
    headers = visitor().get("/").headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_browser_that_hides_its_origin_still_says_what_kind_of_site_asks() -> None:
    for kind, status in (("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)):
        assert visitor().post("/", headers={"Sec-Fetch-Site": kind}).status_code == status


def test_an_answer_that_says_more_strictly_what_it_may_do_is_left_so() -> None:
    async def strict(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-security-policy", b"sandbox"), (b"cache-control", b"private")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    headers = TestClient(Door(strict, frozenset({"chat.example.org"})), base_url=OURS).get("/").headers
    assert (headers["content-security-policy"], headers["cache-control"]) == ("sandbox", "private")
    assert headers["x-frame-options"] == "DENY"
