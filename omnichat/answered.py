"""The whole answer to a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from omnichat.wire_json import read_json, read_object


@dataclass(frozen=True, slots=True)
class Answered:
    """The whole answer to a call."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the JSON in the body, or raise a nameless ``ServerError``."""
        return read_json(self.text())

    def object(self) -> dict[str, Any]:
        """Return the JSON object in the body, or raise a nameless ``ServerError``."""
        return read_object(self.text())
