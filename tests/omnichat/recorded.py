"""Small recordings, written by hand from the documented shapes, in ``tests/recordings/<provider>/``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omnichat.provider import Provider
from omnichat.registry import every_provider
from tests.omnichat.frames import read_frames

FOLDER = Path(__file__).parents[1] / "recordings"
KINDS = {
    ".sse": "text/event-stream",
    ".ndjson": "application/x-ndjson",
    ".json-body": "application/json",
    ".frames": "application/vnd.amazon.eventstream",
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A body, its content type, and what has to be read from it."""

    provider: Provider
    name: str
    kind: str
    body: bytes
    expected: dict[str, Any]

    @property
    def raises(self) -> str | None:
        return self.expected.get("raises")

    @property
    def told(self) -> dict[str, Any]:
        return {name: value for name, value in self.expected.items() if name != "raises"}


def streams() -> Iterator[Recorded]:
    """Return every recorded stream."""
    for path in sorted(path for path in FOLDER.glob("*/*") if path.suffix in KINDS):
        expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
        provider = every_provider()[path.parent.name]
        body = read_frames(path.read_text("utf-8")) if path.suffix == ".frames" else path.read_bytes()
        yield Recorded(provider, f"{provider.name}-{path.stem}", KINDS[path.suffix], body, expected)


def listing(provider: Provider) -> Any:
    """Return the recorded model list of a provider, and what has to be read from it."""
    return json.loads((FOLDER / provider.name / "models.json").read_text("utf-8"))


def refusals() -> Iterator[tuple[Provider, dict[str, Any]]]:
    """Return every recorded refusal."""
    for provider in every_provider().values():
        for refused in json.loads((FOLDER / provider.name / "errors.json").read_text("utf-8")):
            yield provider, refused
