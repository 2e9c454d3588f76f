"""The libraries measured side by side, and an environment for each that would not bear the others."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from maintenance.benchmark.app import plain_environment

ROOT = Path(__file__).parents[2]
INSTALLING = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Peer:
    """A library: the module that is imported and has a reader of its name, and what pip calls it, if it is not ours."""

    module: str
    package: str = ""


OURS = Peer("omnichat")
BASELINE = Peer("httpx", "httpx")
PEERS = (
    OURS,
    Peer("aiohttp", "aiohttp"),
    BASELINE,
    Peer("openai", "openai"),
    Peer("any_llm", "any-llm-sdk[openai]"),
    Peer("onellm", "onellm"),
    Peer("litellm", "litellm"),
)

Equip: TypeAlias = Callable[[Peer], Awaitable[str]]


class PeerError(Exception):
    """A library cannot be measured; the message says why."""


async def as_installed(peer: Peer) -> str:
    """Return our own interpreter, or raise ``PeerError`` if it does not have ``peer``."""
    if find_spec(peer.module) is None:
        raise PeerError("not installed here; `library --peers` installs it by itself")
    return sys.executable


def in_environments(folder: Path) -> Equip:
    """Return how to get an interpreter that has a peer: ours, or one in ``folder`` with that peer and nothing else."""

    async def equip(peer: Peer) -> str:
        if not peer.package:
            return sys.executable
        await run([sys.executable, "-m", "venv", "--without-pip", str(folder / peer.module)], INSTALLING)
        python = str(folder / peer.module / "bin" / "python")
        pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
        await run([*pip, "install", "--quiet", peer.package], INSTALLING)
        return python

    return equip


async def equipped(peers: Iterable[Peer], equip: Equip) -> tuple[dict[str, str], dict[str, str]]:
    """Return the interpreter of each peer that has one, and for the others the reason, both by module."""
    pythons, reasons = dict[str, str](), dict[str, str]()
    for peer in peers:
        try:
            pythons[peer.module] = await equip(peer)
        except PeerError as error:
            reasons[peer.module] = f"not measured: {error}"
    return pythons, reasons


async def run(command: list[str], patience: float) -> str:
    """Return the last line that ``command`` prints; raise ``PeerError`` with its last complaint if it fails."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, env=_environment(), stdout=pipe, stderr=pipe)
    try:
        async with asyncio.timeout(patience):
            said, complained = await process.communicate()
    except TimeoutError as error:
        raise PeerError(f"not done within {patience:g} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise PeerError(_last_line(complained) or f"ended with code {process.returncode}")
    return _last_line(said)


def _environment() -> dict[str, str]:
    """Let byte code be kept, as it is where a library is used, and LiteLLM not fetch its prices from the network."""
    kept = {name: value for name, value in plain_environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = [os.environ["PYTHONPATH"]] if "PYTHONPATH" in os.environ else []
    return kept | {"PYTHONPATH": os.pathsep.join([str(ROOT), *before]), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else ""
