"""Browsers stay signed in as long as their session lives, and not a moment longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.chats.conversations import NotThereError
from services.chats.replies import now
from services.news import News
from services.people.person import Person
from services.people.sessions import LIFETIME, NOBODY, Sessions, Stage
from services.records.account import SessionRecord
from services.records.person import PersonRecord


@pytest.fixture
def sessions(store: object) -> Sessions:
    return Sessions(News())


async def sign_in(sessions: Sessions, who: Person, stage: Stage = Stage.OPEN) -> str:
    return await sessions.begin(who, address="192.0.2.1", agent="Firefox", stage=stage)


async def test_a_secret_finds_whose_it_is_and_is_not_kept_itself(sessions: Sessions, me: Person) -> None:
    secret = await sign_in(sessions, me)
    visit = await sessions.find(secret)
    assert visit.person == me
    assert secret not in str(await SessionRecord.all().values())
    for other in ("", "x", secret[:-1], "\0\udcff"):
        assert await sessions.find(other) == NOBODY


async def test_half_a_sign_in_is_nobody_yet(sessions: Sessions, me: Person) -> None:
    visit = await sessions.find(await sign_in(sessions, me, Stage.SECOND_FACTOR))
    assert (visit.who, visit.person) == (me, None)


async def test_an_ended_session_is_nobodys_and_others_go_on(sessions: Sessions, me: Person, stranger: Person) -> None:
    first, second, theirs = [await sign_in(sessions, who) for who in (me, me, stranger)]
    uid = (await sessions.find(first)).session
    with pytest.raises(NotThereError):
        await sessions.end(stranger, uid)
    await sessions.end(me, uid)
    assert await sessions.find(first) == NOBODY
    await sessions.end_all(me, but=(await sessions.find(second)).session)
    assert (await sessions.find(second)).person == me
    await sessions.end_all(me)
    assert await sessions.find(second) == NOBODY
    assert (await sessions.find(theirs)).person == stranger


async def test_suspended_people_are_nobody(sessions: Sessions, me: Person) -> None:
    secret = await sign_in(sessions, me)
    uid = (await sessions.find(secret)).session
    assert await sessions.living([uid]) == {uid}
    await PersonRecord.filter(id=me.id).update(suspended=True)
    assert await sessions.find(secret) == NOBODY
    assert await sessions.living([uid]) == set()


async def test_somebody_is_seen_whenever_a_session_is(sessions: Sessions, me: Person) -> None:
    secret = await sign_in(sessions, me)
    long_ago = now() - timedelta(hours=1)
    await SessionRecord.all().update(seen_at=long_ago)
    await PersonRecord.filter(id=me.id).update(seen_at=long_ago)
    await sessions.find(secret)
    assert (await PersonRecord.get(id=me.id)).seen_at == (await SessionRecord.get()).seen_at != long_ago


async def test_a_session_lives_on_while_it_is_seen(sessions: Sessions, me: Person) -> None:
    secret = await sign_in(sessions, me)
    await SessionRecord.all().update(seen_at=now() - timedelta(hours=1), expires_at=now() + timedelta(minutes=1))
    await sessions.find(secret)
    (record,) = await SessionRecord.all()
    assert record.expires_at > now() + LIFETIME - timedelta(minutes=1)
    await SessionRecord.all().update(expires_at=now() - timedelta(seconds=1))
    assert await sessions.find(secret) == NOBODY


async def test_the_list_says_where_and_when(sessions: Sessions, me: Person) -> None:
    await sign_in(sessions, me)
    await sign_in(sessions, me, Stage.SECOND_FACTOR)
    (listed,) = await sessions.of(me)
    assert (listed.address, listed.agent) == ("192.0.2.1", "Firefox")
