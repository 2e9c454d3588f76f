"""What the running server says to programs that knock."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.journeys.running_app import RunningApp, a_running_app

pytestmark = pytest.mark.asyncio(loop_scope="module")
SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[RunningApp, None]:
    """Yield an application without any model."""
    async with a_running_app(tmp_path_factory.mktemp("app"), {"OMNICHAT_ALLOWED_HOSTS": "chat.example.org"}) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="module")
async def web(app: RunningApp) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Yield a client that asks this application."""
    async with httpx.AsyncClient(base_url=app.url) as client:
        yield client


async def test_health_is_told(web: httpx.AsyncClient) -> None:
    assert (await web.get("/healthz")).json() == {"status": "ok"}
    assert (await web.get("/readyz")).json() == {"status": "ready"}


async def test_names_that_are_not_ours_are_misdirected(web: httpx.AsyncClient) -> None:
    assert (await web.get("/", headers={"Host": "chat.example.org"})).status_code == 200
    for path in ("/", "/healthz", SOCKET, "/_nicegui/anything"):
        assert (await web.get(path, headers={"Host": "rebound.example"})).status_code == 421


async def test_the_socket_opens_for_our_own_pages_only(app: RunningApp) -> None:
    assert await knock(app, app.url) == 101
    for origin in ("https://evil.example", "http://127.0.0.1", "null"):
        assert await knock(app, origin) == 403


async def test_the_first_answer_holds_the_page(web: httpx.AsyncClient) -> None:
    answer = await web.get("/")
    assert answer.status_code == 200
    assert "Ask many. Keep the best." in answer.text
    for path in ("/c/unknown", "/unknown"):
        assert (await web.get(path)).status_code == 404


async def knock(app: RunningApp, origin: str) -> int:
    """Ask for a WebSocket as a browser does, and return the status of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", app.port)
    lines = (
        f"GET {SOCKET} HTTP/1.1",
        f"Host: 127.0.0.1:{app.port}",
        f"Origin: {origin}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
    )
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    status = await reader.readline()
    writer.close()
    return int(status.split()[1])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_an_idle_server_ends_at_once_with_exit_code_0(tmp_path: Path, how: signal.Signals) -> None:
    async with a_running_app(tmp_path, {}) as app:
        assert await app.end(how) == 0
        assert "Traceback" not in app.log.read_text()
