"""The list of chats, as every open page reads it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.fakes import says
from tests.services.office import Office, an_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    async with an_office(tmp_path) as office:
        yield office


async def test_pages_that_read_the_list_together_share_one_reading(office: Office) -> None:
    await office.ask(await office.chat(one=says("ok")), "First")
    one, other = await asyncio.gather(office.chats.headings(office.who), office.chats.headings(office.who))
    assert one is other
    assert [heading.title for heading in one] == ["First"]


async def test_the_list_is_read_anew_after_a_change(office: Office) -> None:
    chat = await office.chat(one=says("ok"))
    await office.ask(chat, "First")
    await office.chats.headings(office.who)
    await office.chats.rename(office.who, chat.uid, "Another title")
    assert [heading.title for heading in await office.chats.headings(office.who)] == ["Another title"]
    await office.chats.delete(office.who, chat.uid)
    assert await office.chats.headings(office.who) == []


async def test_the_first_prompt_names_the_chat_on_disk_too(office: Office) -> None:
    chat = await office.chat(one=says("ok"))
    await office.ask(chat, "What is rain?")
    assert chat.title
    [heading] = await office.archive.headings(office.who)
    assert heading.title == chat.title
