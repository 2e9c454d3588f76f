"""Model servers on this computer are found by who answers, and by nobody's waiting."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from omnichat.client import AsyncClient
from services.models.local_servers import PLACES, LocalServers

LLAMA = {"/v1/models": {"data": [{"id": "m", "owned_by": "llamacpp"}]}}
VLLM = {"/v1/models": {"data": [{"id": "m", "owned_by": "vllm"}]}}
STUDIO = {
    "/v1/models": {"data": [{"id": "m"}]},
    "/api/v1/models": {"models": [{"type": "llm", "publisher": "p", "key": "m"}]},
}
OLDER = {"/api/v0/models": {"data": [{"id": "m", "publisher": "p", "compatibility_type": "gguf", "state": "loaded"}]}}
OLLAMA = {"/": "Ollama is running"}
STRANGER = {"/": "<html>", "/v1/models": "<html>", "/api/version": {"version": "1"}, "/api/v1/models": {"models": []}}
RIDDLE = {"/v1/models": {"data": [{"owned_by": ["vllm"]}, 7]}, "/api/v1/models": [1], "/api/v0/models": {"data": "x"}}


@asynccontextmanager
async def a_server(pages: Mapping[str, object]) -> AsyncIterator[int]:
    """Yield the port of a server with these pages."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        page = pages.get(head.split(b" ")[1].decode())
        body = page.encode() if isinstance(page, str) else json.dumps(page).encode()
        status = "404 Not Found" if page is None else "200 OK"
        writer.write(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.mark.parametrize(
    ("pages", "name"),
    [(LLAMA, "llamacpp"), (VLLM, "vllm"), (STUDIO, "lmstudio"), (OLDER, "lmstudio"), (OLLAMA, "ollama")],
)
async def test_a_server_is_told_by_what_it_answers(pages: dict[str, object], name: str) -> None:
    async with a_server(pages) as port, AsyncClient() as client:
        assert await client.recognise(f"http://127.0.0.1:{port}") == name


@pytest.mark.parametrize("pages", [STRANGER, RIDDLE, {}])
async def test_somebody_else_at_the_port_is_not_taken_for_one(pages: dict[str, object]) -> None:
    async with a_server(pages) as port, AsyncClient() as client:
        assert await client.recognise(f"http://127.0.0.1:{port}") == ""


async def test_where_nobody_answers_there_is_nothing() -> None:
    async with a_server({}) as port:
        pass
    async with AsyncClient() as client:
        assert await client.recognise(f"http://127.0.0.1:{port}") == ""


async def test_what_answers_becomes_a_source_and_a_change_is_told() -> None:
    told = list[str]()
    async with a_server(VLLM) as one, a_server(VLLM) as same, AsyncClient() as client:
        places = (("vllm", one), ("vllm", same))
        servers = LocalServers(client.recognise, lambda: told.append("changed"), places=places)
        await servers.look()
        [found] = servers.found
        assert (found.name, found.base_url, found.trusted) == ("vllm", f"http://127.0.0.1:{one}", True)
        await servers.look()
        assert told == ["changed"]
    async with AsyncClient() as client:
        gone = LocalServers(client.recognise, lambda: None, places=places)
        gone.found = servers.found
        await gone.look()
    assert gone.found == []


async def test_the_start_waits_for_nobody_and_looking_ends_with_us() -> None:
    asked = asyncio.Event()

    async def silent(_: str) -> str:
        asked.set()
        await asyncio.Event().wait()
        return ""

    servers = LocalServers(silent, lambda: None)
    servers.start()
    assert servers.found == []
    await asked.wait()
    await servers.close()


@pytest.mark.parametrize(
    ("choice", "own", "ports"), [("off", 1, set()), ("OFF", 1, set()), ("", 8080, {11434, 9931, 1234, 8000})]
)
async def test_it_can_be_turned_off_and_does_not_ask_ourselves(choice: str, own: int, ports: set[int]) -> None:
    asked = set[int]()

    async def recognise(origin: str) -> str:
        asked.add(int(origin.rpartition(":")[2]))
        return ""

    await LocalServers(recognise, lambda: None, choice=choice, but={own}).look()
    assert asked == ports
    assert {port for _, port in PLACES} >= asked
