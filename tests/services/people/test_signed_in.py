"""Admins see who is signed in, and end that."""

from __future__ import annotations

import pytest

from services.chats.conversations import NotThereError
from services.people.audit import Search
from services.people.person import NotAllowedError, Person
from services.people.sessions import Stage
from tests.services.gatehouse import Gatehouse


async def sign_in(house: Gatehouse, who: Person, agent: str = "Firefox") -> str:
    return await house.sessions.begin(who, address="192.0.2.1", agent=agent)


async def test_every_session_is_listed_page_by_page_and_half_ones_are_not(
    gatehouse: Gatehouse, admin: Person, user: Person
) -> None:
    for who, agent in ((admin, "one"), (user, "two"), (user, "three")):
        await sign_in(gatehouse, who, agent)
    await gatehouse.sessions.begin(user, address="", agent="half", stage=Stage.SECOND_FACTOR)
    first = await gatehouse.every_session.read(admin, limit=2)
    rest = await gatehouse.every_session.read(admin, skip=2)
    assert [each.session.agent for each in [*first, *rest]] == ["three", "two", "one"]
    assert [each.person.handle for each in first] == ["uma", "uma"]


async def test_an_ended_session_lets_nobody_in_and_the_log_says_who_ended_it(
    gatehouse: Gatehouse, admin: Person, user: Person
) -> None:
    secret = await sign_in(gatehouse, user)
    (listed,) = await gatehouse.every_session.read(admin)
    await gatehouse.every_session.end(admin, listed.session.uid)
    assert (await gatehouse.sessions.find(secret)).person is None
    deed = (await gatehouse.audit.read(admin, Search()))[0]
    assert (deed.who, deed.action, deed.about) == (admin.uid, "session ended", "uma")
    with pytest.raises(NotThereError):
        await gatehouse.every_session.end(admin, listed.session.uid)


async def test_members_see_none_and_admins_end_none_of_an_owner(
    gatehouse: Gatehouse, owner: Person, admin: Person, user: Person
) -> None:
    secret = await sign_in(gatehouse, owner)
    (listed,) = await gatehouse.every_session.read(admin)
    for attempt in (
        gatehouse.every_session.read(user),
        gatehouse.every_session.end(user, listed.session.uid),
        gatehouse.every_session.end(admin, listed.session.uid),
    ):
        with pytest.raises(NotAllowedError):
            await attempt
    assert (await gatehouse.sessions.find(secret)).person == owner


async def test_an_admin_signs_somebody_out_everywhere(gatehouse: Gatehouse, admin: Person, user: Person) -> None:
    secrets = [await sign_in(gatehouse, user) for _ in range(2)]
    with pytest.raises(NotAllowedError):
        await gatehouse.accounts.sign_out(user, admin.uid)
    await gatehouse.accounts.sign_out(admin, user.uid)
    assert [(await gatehouse.sessions.find(secret)).person for secret in secrets] == [None, None]
    assert (await gatehouse.audit.read(admin, Search()))[0].action == "signed out by an admin"


async def test_suspended_people_can_be_listed_by_themselves(
    gatehouse: Gatehouse, owner: Person, admin: Person, user: Person
) -> None:
    await gatehouse.accounts.suspend(owner, user.uid)
    listed = {
        kind: [account.person.handle for account in await gatehouse.accounts.search(owner, suspended=kind)]
        for kind in (None, True, False)
    }
    assert listed == {None: ["adam", "olga", "uma"], True: ["uma"], False: ["adam", "olga"]}
