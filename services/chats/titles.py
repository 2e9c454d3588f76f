"""A name for a conversation that nobody has named."""

from __future__ import annotations

LONGEST = 60


def title_of(prompt: str) -> str:
    """Return the first line of ``prompt``, cut between words to at most 60 characters."""
    line = " ".join(next((line for line in prompt.splitlines() if line.strip()), "").split()).lstrip("#> ")
    if len(line) <= LONGEST:
        return line or "New chat"
    cut = line[: LONGEST - 1]
    head, _, _ = cut.rpartition(" ")
    return f"{(head if len(head) > LONGEST // 2 else cut).rstrip(' ,.;:')}…"
