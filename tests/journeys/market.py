"""A far end with thousands of models on its lists, some of them odd; it answers no prompt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.omnichat.far_end import read_request

MANY = 2400
SCRIPT = '<img src=x onerror="window.broken = true">'
LONG = "long-" + "x" * 5000
REVERSED = "left \u202e\u2067right"
ENDING = (datetime.now(UTC) + timedelta(days=20)).date()
CAN = {"input_modalities": ["text", "image"], "output_modalities": ["text"]}


def row(model: str, name: str = "", **more: Any) -> dict[str, Any]:
    """Return one line of OpenRouter's list."""
    released = int((datetime.now(UTC) - timedelta(days=500)).timestamp())
    return {"id": model, "name": name or model, "created": released, **more}


def dollars(read: float, written: float) -> dict[str, Any]:
    """Return the prices of a million tokens, as OpenRouter writes them."""
    return {"pricing": {"prompt": str(read / 1e6), "completion": str(written / 1e6)}}


STALL = [
    row("zoo/heron", "Heron 2", context_length=1_000_000, architecture=CAN, **dollars(2, 9)),
    row(
        "zoo/wren",
        "Wren Mini",
        context_length=200_000,
        architecture=CAN,
        supported_parameters=["tools", "reasoning"],
        top_provider={"max_completion_tokens": 64_000},
        **dollars(0.25, 0.75),
    ),
    row("zoo/swift", "Swift", context_length=32_000, **dollars(0.1, 0.2)),
    row("zoo/dodo", "Dodo", context_length=8_000, expiration_date=ENDING.isoformat(), **dollars(1, 3)),
    row("odd/script", SCRIPT),
    row("odd/long", LONG),
    row("odd/reversed", REVERSED),
]


class Market:
    """Lists by the source's name in the path; ``mistral`` hangs until it is let go, ``xai`` sends a page."""

    def __init__(self) -> None:
        self.url = ""
        self.let_go = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, then close."""
        try:
            request = await read_request(reader)
            if request:
                kind, body = await self._list(request.path.split("/")[1])
                head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}"
                writer.write(f"{head}\r\n\r\n".encode() + body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _list(self, source: str) -> tuple[str, bytes]:
        if source == "xai":
            return "text/html", b"<html><body>Welcome</body></html>"
        if source == "mistral":
            await self.let_go.wait()
        rows = [row(f"{source}-made")]
        if source == "openrouter":
            rows = [*STALL, *(row(f"mass/m-{number:04}", **dollars(3, 15)) for number in range(MANY))]
        return "application/json", json.dumps({"data": rows}).encode()


@asynccontextmanager
async def a_market() -> AsyncGenerator[Market, None]:
    """Open a market on this computer."""
    market = Market()
    server = await asyncio.start_server(market.serve, "127.0.0.1", 0)
    market.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield market
    finally:
        market.let_go.set()
        server.close()
