"""The app behind a real nginx, set up by the very words of compose.yaml."""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.running_app import ROOT, a_running_app, free_port
from tests.needs import need
from tests.omnichat.far_end import JSON, FarEnd, Saying, far_end

SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
AROUND = """\
{account}
daemon off;
pid {folder}/pid;
error_log {folder}/errors;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


class Proxy:
    """A running nginx that speaks TLS with a certificate of its own making."""

    def __init__(self, folder: Path, app: str) -> None:
        self.secure, self.plain = free_port(), free_port()
        self.url = f"https://localhost:{self.secure}"
        self.trust = ssl.create_default_context(cafile=folder / "fullchain.pem")
        text = (ROOT / "compose.yaml").read_text(encoding="utf-8").partition("content: |\n")[2]
        server = textwrap.dedent(text).replace("$$", "$")
        for ours, theirs in (
            ("http://app:8080", app),
            ("listen 80;", f"listen 127.0.0.1:{self.plain};"),
            ("listen 443 ssl;", f"listen 127.0.0.1:{self.secure} ssl;"),
            ("/etc/nginx/certificates", str(folder)),
        ):
            assert ours in server
            server = server.replace(ours, theirs)
        account = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder, account=account, server=server))


@asynccontextmanager
async def a_proxy(folder: Path, app: str) -> AsyncIterator[Proxy]:
    program = need("nginx")
    names = ("-addext", "subjectAltName=DNS:localhost", "-subj", "/CN=localhost")
    made = ("-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem", "-days", "2")
    making = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, *made)
    await asyncio.to_thread(subprocess.run, making, check=True, capture_output=True)
    proxy = Proxy(folder, app)
    command = (program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "errors")
    process = await asyncio.create_subprocess_exec(*command)
    try:
        async with asyncio.timeout(30):
            while not await _listens(proxy.secure):
                assert process.returncode is None, (folder / "errors").read_text()
                await asyncio.sleep(0.02)  # a program that begins to listen tells nobody
        yield proxy
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_pages_and_the_socket_come_through_with_tls(tmp_path: Path, browser: aiohttp.ClientSession) -> None:
    async with a_running_app(tmp_path, {}) as app, a_proxy(tmp_path, app.url) as proxy:
        async with browser.get(f"{proxy.url}/", ssl=proxy.trust) as page:
            assert (page.status, "OmniChat" in await page.text()) == (200, True)
        async with browser.ws_connect(proxy.url + SOCKET, ssl=proxy.trust, origin=proxy.url) as socket:
            assert (await socket.receive_str(timeout=20)).startswith('0{"sid"')
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await browser.ws_connect(proxy.url + SOCKET, ssl=proxy.trust, origin="https://evil.example")
        assert refused.value.status == 403
        async with browser.get(f"http://localhost:{proxy.plain}/c/x?y=1", allow_redirects=False) as plain:
            assert (plain.status, plain.headers["Location"]) == (301, "https://localhost/c/x?y=1")


async def test_what_a_visitor_says_about_where_he_comes_from_is_overwritten(
    tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    lies = {
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "Forwarded": "for=10.0.0.1",
    }
    async with far_end(Saying(kind=JSON, pieces=(b"{}",))) as app, a_proxy(tmp_path, app.url) as proxy:
        async with browser.get(f"{proxy.url}/", ssl=proxy.trust, headers=lies) as answer:
            assert answer.status == 200
        told = _told(app)
    assert told == {
        "host": f"localhost:{proxy.secure}",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-host": f"localhost:{proxy.secure}",
        "x-forwarded-proto": "https",
    }


def _told(app: FarEnd) -> dict[str, str]:
    headers = {name.lower(): value for name, value in app.asked[0].headers.items()}
    return {name: value for name, value in headers.items() if "forwarded" in name or name == "host"}
