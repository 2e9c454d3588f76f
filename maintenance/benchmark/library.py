"""What a streamed piece costs in the library, beside bare clients and OpenAI's own."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import aiohttp
import httpx

from maintenance.benchmark.report import Figure
from maintenance.benchmark.script import Script, answer
from maintenance.benchmark.upstream import running_upstream
from omnichat.client import AsyncClient
from omnichat.deltas import TextDelta
from omnichat.messages import ChatRequest, Message

PACED = Script(200, delay=20), 20
FLAT_OUT = Script(500), 100
MESSAGE = {"role": "user", "content": "Hi"}

Said = AsyncIterator[str]


async def with_omnichat(url: str, model: str, streams: int) -> None:
    """Read the answers with ours."""
    request = ChatRequest(model=f"custom/{model}", messages=(Message.of("user", "Hi"),))

    async def said(client: AsyncClient) -> Said:
        async for delta in client.stream(request):
            if isinstance(delta, TextDelta):
                yield delta.text

    async with AsyncClient(base_urls={"custom": url}) as client:
        await _read(model, streams, lambda: said(client))


async def with_aiohttp(url: str, model: str, streams: int) -> None:
    """Read the answers with aiohttp and json, as little as possible around them."""
    body = {"model": model, "messages": [MESSAGE], "stream": True}

    async def said(session: aiohttp.ClientSession) -> Said:
        async with session.post(f"{url}/chat/completions", json=body) as response:
            async for line in response.content:
                if text := _text(line.decode()):
                    yield text

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await _read(model, streams, lambda: said(session))


async def with_httpx(url: str, model: str, streams: int) -> None:
    """Read the answers with httpx and json, as little as possible around them."""
    body = {"model": model, "messages": [MESSAGE], "stream": True}

    async def said(client: httpx.AsyncClient) -> Said:
        async with client.stream("POST", f"{url}/chat/completions", json=body) as response:
            async for line in response.aiter_lines():
                if text := _text(line):
                    yield text

    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=None, limits=limits, trust_env=False) as client:
        await _read(model, streams, lambda: said(client))


async def with_openai(url: str, model: str, streams: int) -> None:
    """Read the answers with OpenAI's client."""
    from openai import AsyncOpenAI  # noqa: PLC0415  (not everybody has it)

    async def said(client: AsyncOpenAI) -> Said:
        stream = await client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        async for chunk in stream:
            if text := chunk.choices[0].delta.content:
                yield text

    async with AsyncOpenAI(base_url=url, api_key="none") as client:
        await _read(model, streams, lambda: said(client))


CLIENTS = {"omnichat": with_omnichat, "aiohttp": with_aiohttp, "httpx": with_httpx, "openai": with_openai}


async def library(_: Path) -> list[Figure]:
    """Measure every client that is installed, each in a process of its own."""
    figures = []
    async with running_upstream() as url:
        for name in (name for name in CLIENTS if find_spec(name)):
            paced, flat_out = [await _in_its_own_process(name, url, *load) for load in (PACED, FLAT_OUT)]
            note = f"{flat_out:.0f} µs flat out, {FLAT_OUT[1]} streams"
            figures.append(Figure(name=f"{name}: CPU per piece, {PACED[1]} streams", value=paced, unit="µs", note=note))
    return figures


async def _in_its_own_process(name: str, url: str, script: Script, streams: int) -> float:
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return await asyncio.get_running_loop().run_in_executor(process, measure, name, url, script.model, streams)


def measure(name: str, url: str, model: str, streams: int) -> float:
    """Return the CPU microseconds of a piece, after one answer to warm up."""

    async def run() -> float:
        await CLIENTS[name](url, Script(20).model, 1)
        begin = time.process_time()
        await CLIENTS[name](url, model, streams)
        return time.process_time() - begin

    script = Script.named(model)
    assert script
    return asyncio.run(run()) * 1e6 / (streams * script.tokens)


async def _read(model: str, streams: int, said: Callable[[], Said]) -> None:
    """Read that many answers at once; raise ``ValueError`` if one is not what was said."""
    script = Script.named(model)
    assert script
    whole = answer(script.tokens)

    async def one() -> None:
        if "".join([text async for text in said()]) != whole:
            raise ValueError("the answer is not what was said")

    async with asyncio.TaskGroup() as group:
        for _ in range(streams):
            group.create_task(one())


def _text(line: str) -> str:
    if not line.startswith("data: {"):
        return ""
    return str(json.loads(line[6:])["choices"][0]["delta"].get("content", ""))
