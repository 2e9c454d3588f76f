"""The tree of a conversation, told line by line."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from services.chats.branches import branches
from services.chats.conversations import Conversation, Turn
from tests.fakes import says
from tests.services.office import Office, an_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    async with an_office(tmp_path) as office:
        yield office


async def test_each_turn_stands_once_with_its_wordings_and_versions(office: Office) -> None:
    chat = await office.chat(one=says("1"), two=says("2"))
    first = await office.ask(chat, "First")
    second = await office.ask(chat, "Second")
    await office.ask(chat, "Third")
    other = await office.asking.ask(office.who, chat.uid, "Other", instead_of=second.uid)
    await office.settle()
    await office.asking.again(office.who, chat.uid, other.uid, chat.lanes[0].uid)
    await office.settle()
    assert [(each.turn.prompt, each.number, each.level, each.in_sight) for each in branches(chat)] == [
        ("First", 1, 1, True),
        ("Second", 2, 2, False),
        ("Third", 3, 2, False),
        ("Other", 2, 2, True),
    ]
    assert [(each.wording, each.wordings) for each in branches(chat)] == [(1, 1), (1, 2), (1, 1), (2, 2)]
    assert [(each.answers, each.versions) for each in branches(chat)] == [(2, 2), (2, 2), (2, 2), (2, 3)]
    await office.verdicts.walk(office.who, chat.uid, first.uid)
    assert [each.turn.prompt for each in branches(chat) if each.in_sight] == ["First", "Other"]


def test_a_very_long_chat_is_no_deeper_than_a_short_one() -> None:
    chat = Conversation()
    for number in range(3000):
        chat.turns.append(Turn(prompt=str(number), parent=chat.head))
        chat.head = chat.turns[-1].uid
    assert {each.level for each in branches(chat)} == {1}
    assert [each.number for each in branches(chat)] == list(range(1, 3001))
