"""What the entrance keeps out, and what it says with every answer."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.body_limit import MOST, BodyLimit
from pages.log_lines import HIDDEN, REQUEST, JsonLines, PlainLines
from pages.traffic import BROKE, Traffic
from services.rates import Kind, Rates
from tests.pages.the_api import House, a_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path, trusted_proxies="192.0.2.7") as house:
        yield house


async def reader(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the length of what came."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


async def careless(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer without reading, and read then."""
    try:
        await reader(scope, receive, send)
    except ClientDisconnect:
        await PlainTextResponse("That cannot be read", 400)(scope, receive, send)


def limited(inside: ASGIApp = reader) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(BodyLimit(inside, {"/large": 2 * MOST, "/large/not": 10}))
    return httpx.AsyncClient(transport=transport, base_url="http://here")


async def pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(4):
        yield b"x" * (size // 4)


@pytest.mark.parametrize(("path", "most"), [("/", MOST), ("/large/x", 2 * MOST), ("/large/not/x", 8)])
async def test_a_body_may_be_as_large_as_its_path_allows(path: str, most: int) -> None:
    async with limited() as web:
        for body in (b"x" * most, pieces(most)):
            answer = await web.post(path, content=body)
            assert (answer.status_code, answer.text) == (200, str(most))


@pytest.mark.parametrize("inside", [reader, careless])
async def test_more_is_refused_whether_or_not_its_length_was_said(inside: ASGIApp) -> None:
    async with limited(inside) as web:
        for body in (b"x" * (MOST + 1), pieces(MOST + 4)):
            assert (await web.post("/", content=body)).status_code == 413
        for length in ("-1", "x", "1e3"):
            assert (await web.post("/", headers={"Content-Length": length})).status_code == 413
        assert (await web.get("/", headers={"X-Long": "x" * 40_000})).status_code == 431


async def test_every_answer_has_an_id_of_ours_and_says_what_browsers_may_do(house: House) -> None:
    uma = await house.person("uma")
    cookie = await house.cookie(uma)
    ids = set()
    for path, headers in (
        ("/page", cookie),
        ("/page", {}),
        ("/page", {"Accept": "text/html"}),
        ("/none", cookie),
        ("/api/none", cookie),
        ("/page", {"Host": "evil.example"}),
        ("/api/auth/login", {"X-Request-ID": "made-up"}),
    ):
        told = (await house.web.get(path, headers=headers)).headers
        ids.add(told["X-Request-ID"])
        policy = told["Content-Security-Policy"]
        for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"):
            assert part in policy
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe-inline" not in scripts
        assert (told["X-Frame-Options"], told["X-Content-Type-Options"]) == ("DENY", "nosniff")
        assert told["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in told
    assert len(ids) == 7
    assert "made-up" not in ids


async def test_what_came_by_tls_stays_there(house: House) -> None:
    by_tls = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    assert "Strict-Transport-Security" in (await house.web.get("/healthz", headers=by_tls)).headers
    for origin, status in (("https://chat.example.org", 401), ("http://chat.example.org", 403)):
        answer = await house.web.post("/page", headers=by_tls | {"Origin": origin})
        assert answer.status_code == status


async def test_whoever_comes_too_often_is_told_to_wait_in_plain_words(house: House) -> None:
    uma, ina = await house.person("uma"), await house.person("ina")
    house.services.rates = Rates({Kind.STRANGER: "1/minute", Kind.PAGE: "1/minute", Kind.API: "1/minute"})
    page = {"Accept": "text/html"}
    assert (await house.web.get("/page", headers=page)).status_code == 303
    refused = await house.web.get("/page", headers=page)
    assert (refused.status_code, "Too often" in refused.text) == (429, True)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    elsewhere = page | {"X-Forwarded-For": "203.0.113.9"}
    assert (await house.web.get("/page", headers=elsewhere)).status_code == 303
    for who in (uma, ina):
        cookie = await house.cookie(who)
        for path in ("/page", "/api/users/profile"):
            assert [(await house.web.get(path, headers=cookie)).status_code for _ in range(2)] == [200, 429]
    assert [(await house.web.get("/healthz")).status_code for _ in range(3)] == [404] * 3


async def test_a_fault_is_told_calmly_and_logged_under_the_number_that_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("hidden-word")

    transport = httpx.ASGITransport(Traffic(broken))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as web:
        answer = await web.get("/")
    assert (answer.status_code, answer.json()["detail"]) == (500, BROKE)
    assert "hidden-word" not in answer.text
    assert answer.json()["request"] == answer.headers["X-Request-ID"] == REQUEST.get()


async def test_the_log_tells_who_did_what_but_no_secret(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pages.traffic")
    uma = await house.person("uma")
    bearer = await house.bearer(uma)
    await house.web.get("/api/users/profile?token=hidden-word", headers=bearer)
    await house.web.get("/join/hidden-word?token=hidden-word")
    await house.login("uma")
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "pages.traffic"]
    assert [(line["path"], line["status"], line["who"]) for line in lines] == [
        ("/api/users/profile", 200, uma.uid),
        ("/join", 404, ""),
        ("/api/auth/login", 200, ""),
    ]
    assert all(line["address"] == "192.0.2.7" and len(line["request"]) == 16 for line in lines)
    told = json.dumps(lines)
    for secret in ("hidden-word", bearer["Authorization"].split()[1], "violet"):
        assert secret not in told


@pytest.mark.parametrize("lines", [JsonLines(), PlainLines("%(message)s")])
def test_tokens_never_show_in_the_log(lines: logging.Formatter) -> None:
    tokens = ("oc_0123456789abcdef", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "plain-secret")
    record = logging.LogRecord("x", logging.INFO, "", 0, "%s %s Authorization: Bearer %s", tokens, None)
    written = lines.format(record)
    assert written.count(HIDDEN) == 3
    assert not any(token in written for token in tokens)


async def test_under_tls_a_session_that_a_neighbouring_host_planted_lets_nobody_in(tmp_path: Path) -> None:
    async with a_house(tmp_path, url="https://chat.example.org") as house:
        planted = await house.cookie(await house.person("uma"))
        own = {"Cookie": f"__Host-{planted['Cookie']}"}
        assert (await house.web.get("/page", headers=planted)).status_code == 401
        assert (await house.web.get("/page", headers=own)).status_code == 200
