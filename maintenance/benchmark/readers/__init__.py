"""The same answer read with one library after another, each in a file of its own; their interpreters have no other.

Each has ``opened(url)``, which gives a function from a model's name to the pieces of its answer.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

Read: TypeAlias = Callable[[str], AsyncIterator[str]]
Opened: TypeAlias = Callable[[str], AbstractAsyncContextManager[Read]]
MESSAGES: Any = [{"role": "user", "content": "Hi"}]
KEY = "none"


def question(model: str) -> dict[str, object]:
    """Return what a bare client posts."""
    return {"model": model, "messages": MESSAGES, "stream": True}


def text_in(line: str) -> str:
    """Return the piece in a line of the answer, as little as possible done to it."""
    if not line.startswith("data: {"):
        return ""
    return str(json.loads(line[6:])["choices"][0]["delta"].get("content", ""))
