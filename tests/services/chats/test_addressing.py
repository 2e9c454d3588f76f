"""Lanes are called by name at the beginning of a prompt."""

from __future__ import annotations

import pytest

from services.chats.addressing import addressed, meant
from services.chats.conversations import Lane

LANES = [Lane(model="a/b", name=name) for name in ("Claude", "Claude Sonnet 4", "GPT-5")]


@pytest.mark.parametrize(
    ("prompt", "names", "words"),
    [
        ("@claude why?", ["Claude"], "why?"),
        ("@Claude Sonnet 4: why?", ["Claude Sonnet 4"], "why?"),
        ("@Claude, @GPT-5 and you two?", ["Claude", "GPT-5"], "and you two?"),
        ("@Claude", ["Claude"], ""),
        ("@Claudette why?", [], "@Claudette why?"),
        ("mail me@claude now", [], "mail me@claude now"),
    ],
)
def test_who_is_called_and_what_is_said(prompt: str, names: list[str], words: str) -> None:
    called, rest = addressed(prompt, LANES)
    assert [lane.name for lane in called] == names
    assert rest == words


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("@", ["Claude", "Claude Sonnet 4", "GPT-5"]),
        ("@gp", ["GPT-5"]),
        ("@GPT-5 @cl", ["Claude", "Claude Sonnet 4"]),
        ("@GPT-5 why", []),
        ("why @", []),
    ],
)
def test_a_name_that_is_begun_is_offered(prompt: str, names: list[str]) -> None:
    assert [lane.name for lane in meant(prompt, LANES)] == names
