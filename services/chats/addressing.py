"""Lanes called by name at the beginning of a prompt: ``@Claude @GPT and you two?``"""

from __future__ import annotations

from collections.abc import Sequence

from services.chats.conversations import Lane


def addressed(prompt: str, lanes: Sequence[Lane]) -> tuple[list[Lane], str]:
    """Return the lanes that ``prompt`` calls, and the words meant for them; no lanes and all words if it calls none."""
    called, rest = list[Lane](), prompt.lstrip()
    while rest.startswith("@"):
        matching = [lane for lane in lanes if _begins_with(rest[1:], lane.name)]
        if not matching:
            break
        found = max(matching, key=lambda lane: len(lane.name))
        called.append(found)
        rest = rest[1 + len(found.name) :].lstrip(" \t\n,:")
    return called, rest if called else prompt


def meant(prompt: str, lanes: Sequence[Lane]) -> list[Lane]:
    """Return the lanes whose name somebody begins to write behind the last ``@`` at the beginning of ``prompt``."""
    _, rest = addressed(prompt, lanes)
    if not rest.startswith("@") or "\n" in rest:
        return []
    begun = rest[1:].casefold()
    return [lane for lane in lanes if lane.name.casefold().startswith(begun)]


def _begins_with(words: str, name: str) -> bool:
    after = words[len(name) : len(name) + 1]
    return words[: len(name)].casefold() == name.casefold() and (not after or after in " \t\n,:")
