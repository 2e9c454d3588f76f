"""Every example of the library guide does what it says."""

from __future__ import annotations

import asyncio
import io
import json
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from omnichat.deltas import Delta
from omnichat.provider import Provider
from omnichat.refusals import refusal
from tests.fixtures.llama import LlamaServer
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


@pytest.mark.parametrize(("heading", "program", "output"), examples(), ids=[heading for heading, *_ in examples()])
async def test_an_example_does_what_it_says(
    heading: str,
    program: str,
    output: str | None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "harbour.png").write_bytes(b"\x89PNG")
    (tmp_path / "tides.txt").write_text("High water 04:17")
    if "llamacpp" in program:
        server: LlamaServer = request.getfixturevalue("llama_server")
        monkeypatch.setenv("LLAMACPP_BASE_URL", server.base_url)
        monkeypatch.setenv("LLAMACPP_API_KEY", server.key)
    if "local_models" in program:
        (tmp_path / "models").symlink_to(request.getfixturevalue("tiny_gguf").parent)
    async with guide_server() as address:
        for name in PROVIDERS if "llamacpp" not in program else ():
            monkeypatch.setenv(f"{name.upper()}_API_KEY", "key")
            monkeypatch.setenv(f"{name.upper()}_BASE_URL", address)
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
