"""Every example of the library guide does what it says."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from omnichat import AsyncClient
from omnichat.deltas import Delta
from omnichat.local_server import LocalServers
from omnichat.provider import Provider
from omnichat.refusals import refusal
from tests.needs import need
from tests.omnichat.guide_server import guide_server
from tests.omnichat.telling import added_up, read_body

GUIDE = Path(__file__).parents[2] / "pages" / "help" / "library.md"
EXAMPLE = re.compile(r"^```python\n(.*?)^```\n(?:^```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)
README = GUIDE.parents[2] / "README.md"
TEXT = GUIDE.read_text("utf-8")
PROVIDERS = ("openai", "groq", "mistral")


def examples() -> list[tuple[str, str, str | None]]:
    """Return heading, program and output of each."""
    found = list[tuple[str, str, str | None]]()
    for section in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]:
        heading = section.partition("\n")[0]
        found += [(heading, match[1], match[2]) for match in EXAMPLE.finditer(section)]
    return found


def test_no_example_is_overlooked() -> None:
    assert len(examples()) == TEXT.count("```python") >= 12


def endpoints(face: object, path: str = "client") -> list[str]:
    """Return the public methods below ``face``, as a caller writes them."""
    found = [f"{path}.{name}" for name, method in vars(type(face)).items() if callable(method) and name[0] != "_"]
    inner = [(name, face) for name, face in vars(face).items() if name[0] != "_"]
    return found + [method for name, face in inner for method in endpoints(face, f"{path}.{name}")]


async def test_every_endpoint_is_in_the_guide() -> None:
    async with AsyncClient() as client:
        faces = {name: face for name, face in vars(client).items() if name[0] != "_"}
        found = [method for name, face in faces.items() for method in endpoints(face, f"client.{name}")]
    assert len(found) > 20
    assert [method for method in found if f"{method}(" not in TEXT] == []


@asynccontextmanager
async def real_server(folder: Path, *, needed: bool) -> AsyncIterator[list[tuple[str, str, str]]]:
    """Give name, address and key of llama.cpp's own server for as long as the example runs."""
    if not needed:
        yield []
        return
    need("llm")
    servers = LocalServers(folder)
    yield [("llamacpp", *await servers.endpoint("tiny"))]
    await servers.close()


@pytest.mark.parametrize(("heading", "program", "output"), examples(), ids=[heading for heading, *_ in examples()])
async def test_an_example_does_what_it_says(
    heading: str,
    program: str,
    output: str | None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    tiny_gguf: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "harbour.png").write_bytes(b"\x89PNG")
    (tmp_path / "tides.txt").write_text("High water 04:17")
    (tmp_path / "models").symlink_to(tiny_gguf.parent)
    if "local_models" in program:
        need("llm")
    async with guide_server() as address, real_server(tmp_path / "models", needed="llamacpp" in program) as real:
        for name, base_url, key in real or [(name, address, "key") for name in PROVIDERS]:
            monkeypatch.setenv(f"{name.upper()}_API_KEY", key)
            monkeypatch.setenv(f"{name.upper()}_BASE_URL", base_url)
        told = await asyncio.to_thread(_run, program, heading)
    if output is not None:
        assert told.rstrip("\n") == output.rstrip("\n")


async def test_the_provider_of_the_readme_keeps_its_promises() -> None:
    section = README.read_text("utf-8").partition("## Adding a provider")[2].partition("\n## ")[0]
    program, stream, told, models, refused = re.findall(r"^```\w+\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    made: dict[str, Any] = {}
    exec(compile(program, "acme.py", "exec"), made)
    provider = made["PROVIDER"]
    assert isinstance(provider, Provider)
    deltas: list[Delta] = []
    await read_body(provider.dialect, stream.encode(), "text/event-stream", deltas)
    assert added_up(deltas) == json.loads(told)
    listed = json.loads(models)
    found = [
        {"id": m.id, "title": m.title, "context": m.context} for m in provider.dialect.read_models(listed["answer"])
    ]
    assert found == listed["models"]
    for no in json.loads(refused):
        assert type(refusal(json.dumps(no["body"]), no["status"])).__name__ == no["raises"]


def _run(program: str, heading: str) -> str:
    with redirect_stdout(io.StringIO()) as told:
        exec(compile(program, heading, "exec"), {"__name__": "__main__"})
    return told.getvalue()
