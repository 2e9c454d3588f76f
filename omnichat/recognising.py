"""Tell which model server answers at an address; imported with the transport."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from omnichat.errors import ConnectionFailedError, ProviderError, TimedOutError
from omnichat.provider import Call
from omnichat.registry import provider_named
from omnichat.target import Target
from omnichat.transport import Transport
from omnichat.wire_json import mapping, mappings, words

PATIENCE: Final = 2.0  # seconds
LARGEST: Final = 1024 * 1024  # bytes


def _owner(body: bytes) -> str:
    """Return whose list of models it is, as the servers themselves say."""
    rows = mappings(mapping(_read(body)).get("data"))
    owners = {words(row.get("owned_by")) for row in rows}
    return next(iter(owners & {"llamacpp", "vllm"}), "")


def _greeting(body: bytes) -> str:
    return "ollama" if body.strip() == b"Ollama is running" else ""


def _studio(body: bytes) -> str:
    rows = mappings(mapping(_read(body)).get("models"))
    return "lmstudio" if rows and all({"key", "publisher", "type"} <= row.keys() for row in rows) else ""


def _older_studio(body: bytes) -> str:
    rows = mappings(mapping(_read(body)).get("data"))
    return (
        "lmstudio" if rows and all({"publisher", "compatibility_type", "state"} <= row.keys() for row in rows) else ""
    )


MARKS: Final[Mapping[str, Callable[[bytes], str]]] = {
    "/": _greeting,
    "/v1/models": _owner,
    "/api/v1/models": _studio,
    "/api/v0/models": _older_studio,
}


async def recognise(transport: Transport, origin: str) -> str:
    """Return the name of the provider whose server answers at ``origin``, or nothing."""
    target = Target(provider=provider_named("custom"), base_url=origin)
    for path, mark in MARKS.items():
        try:
            async with asyncio.timeout(PATIENCE), transport.answering(target, Call(path, method="GET")) as answer:
                if name := mark(await answer.body.whole(LARGEST)):
                    return name
        except (TimeoutError, ConnectionFailedError, TimedOutError):
            return ""
        except ProviderError:
            continue
    return ""


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
