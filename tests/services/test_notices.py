"""What people are told, and have seen."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from services import notices as notices_module
from services.chats.conversations import NotThereError
from services.news import News
from services.notices import Notices
from services.people.person import Person


async def test_the_newest_notice_comes_first_and_is_unread(me: Person) -> None:
    notices = Notices(News())
    await notices.tell(me, "first", "of all", "/admin/catalogue")
    await notices.tell(me, "second")
    newest, oldest = await notices.of(me)
    assert (newest.title, newest.text, newest.link, newest.read_at) == ("second", "", "", None)
    assert (oldest.title, oldest.text, oldest.link) == ("first", "of all", "/admin/catalogue")
    assert await notices.unread(me) == 2


async def test_what_was_seen_is_unread_no_more(me: Person) -> None:
    notices = Notices(News())
    for title in ("a", "b", "c"):
        await notices.tell(me, title)
    await notices.read(me, (await notices.of(me))[1].uid)
    assert [bool(notice.read_at) for notice in await notices.of(me)] == [False, True, False]
    await notices.read(me)
    assert await notices.unread(me) == 0


async def test_nobody_sees_or_marks_what_another_was_told(me: Person, stranger: Person) -> None:
    notices = Notices(News())
    await notices.tell(me, "secret")
    (mine,) = await notices.of(me)
    assert await notices.of(stranger) == []
    with pytest.raises(NotThereError):
        await notices.read(stranger, mine.uid)
    await notices.read(stranger)
    assert await notices.unread(me) == 1


async def test_the_oldest_make_room(me: Person, stranger: Person) -> None:
    notices = Notices(News())
    await notices.tell(stranger, "theirs")
    for number in range(notices_module.KEPT + 2):
        await notices.tell(me, str(number))
    assert [notice.title for notice in await notices.of(me)] == [
        str(number) for number in range(notices_module.KEPT + 1, 1, -1)
    ]
    assert len(await notices.of(stranger)) == 1


async def test_a_bell_hears_of_what_is_told_and_seen(me: Person) -> None:
    notices = Notices(News())
    async with aclosing(notices.watch(me)) as changes:
        await anext(changes)
        await notices.tell(me, "x\0y")
        await anext(changes)
        assert [notice.title for notice in await notices.of(me)] == ["xy"]
        await notices.read(me)
        await anext(changes)
