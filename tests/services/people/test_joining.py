"""Every way in for newcomers, each good once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.chats.archive import Archive
from services.chats.conversations import NotThereError
from services.chats.replies import new_uid, now
from services.people.account_rows import TakenError
from services.people.invitations import LinkOverError, Purpose
from services.people.passwords import WeakPasswordError
from services.people.person import NotAllowedError, Person, Role
from services.people.sessions import NOBODY
from services.people.sign_in import RefusedError
from services.records.account import InvitationRecord
from services.records.audit import AuditRecord
from services.records.group import GroupRecord, MembershipRecord
from services.records.person import PersonRecord
from tests.services.gatehouse import BETTER, GOOD, Gatehouse

HERE = "192.0.2.1"


@pytest.fixture
async def gatehouse(store: Archive, tmp_path: Path) -> AsyncIterator[Gatehouse]:
    house = Gatehouse(tmp_path)
    yield house
    await house.close()


async def set_up(house: Gatehouse, secret: str, handle: str = "olga", password: str = GOOD) -> Person:
    return await house.joining.set_up(secret, handle=handle, name="", mail="", password=password, address=HERE)


async def join(house: Gatehouse, secret: str, handle: str = "nina", password: str = GOOD) -> Person:
    return await house.joining.join(secret, handle=handle, name="", mail="", password=password, address=HERE)


async def link(house: Gatehouse) -> str:
    made = await house.joining.begin_set_up()
    assert made
    assert made.path == f"/set-up?token={made.secret}"
    return made.secret


async def test_the_first_owner_takes_over_what_was_here(gatehouse: Gatehouse, me: Person) -> None:
    who = await set_up(gatehouse, await link(gatehouse))
    assert (who.id, who.role, who.handle) == (me.id, Role.OWNER, "olga")
    assert await gatehouse.sign_in.prove("olga", GOOD, address=HERE) == who


async def test_set_up_happens_once(gatehouse: Gatehouse, me: Person) -> None:
    secret = await link(gatehouse)
    with pytest.raises(LinkOverError):
        await set_up(gatehouse, "guessed")
    with pytest.raises(WeakPasswordError):
        await set_up(gatehouse, secret, password="short")
    await set_up(gatehouse, secret)
    assert not await gatehouse.joining.needs_set_up()
    assert await gatehouse.joining.begin_set_up() is None
    with pytest.raises(LinkOverError):
        await set_up(gatehouse, secret, "second")
    assert await PersonRecord.filter(handle__isnull=False).count() == 1


async def test_of_two_who_set_up_at_once_one_becomes_the_owner(gatehouse: Gatehouse, me: Person) -> None:
    secret = await link(gatehouse)
    both = await asyncio.gather(*(set_up(gatehouse, secret, name) for name in ("one", "two")), return_exceptions=True)
    assert sorted(isinstance(each, LinkOverError) for each in both) == [False, True]
    assert await PersonRecord.filter(role=Role.OWNER).count() == 1


async def test_a_former_link_is_over_with_the_next_start(gatehouse: Gatehouse, me: Person) -> None:
    former, present = await link(gatehouse), await link(gatehouse)
    with pytest.raises(LinkOverError):
        await set_up(gatehouse, former)
    assert await set_up(gatehouse, present)


async def test_an_invitation_makes_one_account_with_its_role_and_group(gatehouse: Gatehouse, owner: Person) -> None:
    group = await GroupRecord.create(uid=new_uid(), name="Team", rules="{}", created_at=now())
    made = await gatehouse.invitations.invite(owner, role=Role.ADMIN, group=group.uid, mail="Nina@example.com")
    assert made.invitation.mail == "nina@example.com"
    noted = await AuditRecord.get(action="invited")
    assert (noted.about, noted.details) == ("nina@example.com", '{"role": "admin", "group": "Team"}')
    assert made.secret not in str(await InvitationRecord.all().values())
    with pytest.raises(TakenError):
        await join(gatehouse, made.secret, "olga")
    who = await join(gatehouse, made.secret)
    assert who.role is Role.ADMIN
    assert await MembershipRecord.filter(group_id=group.id, person_id=who.id).exists()
    with pytest.raises(LinkOverError):
        await join(gatehouse, made.secret, "second")


async def test_of_two_who_join_by_one_link_one_does(gatehouse: Gatehouse, owner: Person) -> None:
    secret = (await gatehouse.invitations.invite(owner)).secret
    both = await asyncio.gather(*(join(gatehouse, secret, name) for name in ("one", "two")), return_exceptions=True)
    assert sorted(isinstance(each, LinkOverError) for each in both) == [False, True]


async def test_links_grow_old_and_are_withdrawn(gatehouse: Gatehouse, owner: Person) -> None:
    old, withdrawn = [await gatehouse.invitations.invite(owner) for _ in range(2)]
    assert [each.uid for each in await gatehouse.invitations.all(owner)] == [
        withdrawn.invitation.uid,
        old.invitation.uid,
    ]
    await InvitationRecord.filter(uid=old.invitation.uid).update(expires_at=now() - timedelta(seconds=1))
    await gatehouse.invitations.withdraw(owner, withdrawn.invitation.uid)
    with pytest.raises(NotThereError):
        await gatehouse.invitations.withdraw(owner, withdrawn.invitation.uid)
    assert await gatehouse.invitations.all(owner) == []
    for made in (old, withdrawn):
        with pytest.raises(LinkOverError):
            await join(gatehouse, made.secret)


async def test_a_link_is_good_for_its_own_purpose_only(gatehouse: Gatehouse, owner: Person, user: Person) -> None:
    invitation, reset = await gatehouse.invitations.invite(owner), await gatehouse.invitations.reset(owner, user.uid)
    with pytest.raises(LinkOverError):
        await join(gatehouse, reset.secret)
    with pytest.raises(LinkOverError):
        await gatehouse.joining.reset(invitation.secret, BETTER, address=HERE)
    assert (await gatehouse.invitations.find(reset.secret, Purpose.RESET)).person == user


async def test_a_reset_sets_a_new_password_once_and_ends_everything(
    gatehouse: Gatehouse, owner: Person, user: Person
) -> None:
    session = await gatehouse.signed_in(user)
    former, made = [await gatehouse.invitations.reset(owner, user.uid) for _ in range(2)]
    with pytest.raises(LinkOverError):
        await gatehouse.joining.reset(former.secret, BETTER, address=HERE)
    with pytest.raises(WeakPasswordError):
        await gatehouse.joining.reset(made.secret, "uma@example.com", address=HERE)
    assert await gatehouse.joining.reset(made.secret, BETTER, address=HERE) == user
    assert await gatehouse.sessions.find(session) == NOBODY
    with pytest.raises(LinkOverError):
        await gatehouse.joining.reset(made.secret, GOOD, address=HERE)
    with pytest.raises(RefusedError):
        await gatehouse.sign_in.prove("uma", GOOD, address=HERE)
    assert await gatehouse.sign_in.prove("uma", BETTER, address=HERE) == user


async def test_only_owners_make_links_for_more_than_users(
    gatehouse: Gatehouse, owner: Person, admin: Person, user: Person
) -> None:
    invitations = gatehouse.invitations
    for change in (
        invitations.invite(admin, role=Role.ADMIN),
        invitations.invite(admin, role=Role.OWNER),
        invitations.invite(owner, role=Role.SERVER),
        invitations.reset(admin, owner.uid),
        invitations.reset(admin, admin.uid),
        invitations.invite(user),
        invitations.reset(user, user.uid),
        invitations.all(user),
        invitations.withdraw(user, "any"),
    ):
        with pytest.raises(NotAllowedError):
            await change
    assert await invitations.invite(admin)
    assert await invitations.reset(admin, user.uid)


@pytest.mark.parametrize("policy", ["invitation", "closed", "nonsense"])
async def test_nobody_makes_an_account_by_themselves_unless_that_is_open(gatehouse: Gatehouse, policy: str) -> None:
    gatehouse.policy = policy
    newcomer = {"handle": "nina", "name": "", "mail": "", "password": GOOD, "address": HERE}
    with pytest.raises(NotAllowedError):
        await gatehouse.joining.register(**newcomer)
    gatehouse.policy = "open"
    assert (await gatehouse.joining.register(**newcomer)).role is Role.USER


async def test_while_no_accounts_are_made_a_link_waits_and_works_afterwards(
    gatehouse: Gatehouse, admin: Person
) -> None:
    made = await gatehouse.invitations.invite(admin)
    gatehouse.policy = "closed"
    with pytest.raises(NotAllowedError):
        await join(gatehouse, made.secret)
    gatehouse.policy = "invitation"
    assert (await join(gatehouse, made.secret)).handle == "nina"


@pytest.mark.parametrize("change", ["role", "suspension", "deletion"])
async def test_links_do_not_outlive_the_power_of_who_made_them(
    gatehouse: Gatehouse, owner: Person, user: Person, change: str
) -> None:
    second = await gatehouse.person("second", Role.OWNER)
    invited = await gatehouse.invitations.invite(second, role=Role.OWNER)
    reset = await gatehouse.invitations.reset(second, user.uid)
    others = await gatehouse.invitations.invite(owner)
    assert {each.made_by for each in await gatehouse.invitations.all(owner)} == {second.name, owner.name}
    if change == "role":
        await gatehouse.accounts.set_role(owner, second.uid, Role.USER)
    elif change == "suspension":
        await gatehouse.accounts.suspend(owner, second.uid)
    else:
        await gatehouse.accounts.delete(owner, second.uid)
    with pytest.raises(LinkOverError):
        await join(gatehouse, invited.secret)
    with pytest.raises(LinkOverError):
        await gatehouse.joining.reset(reset.secret, BETTER, address=HERE)
    assert await join(gatehouse, others.secret)


async def test_a_link_into_a_group_that_is_gone_lets_nobody_in_without_its_rules(
    gatehouse: Gatehouse, owner: Person
) -> None:
    group = await GroupRecord.create(uid=new_uid(), name="Guests", rules="{}", created_at=now())
    made = await gatehouse.invitations.invite(owner, group=group.uid)
    await group.delete()
    with pytest.raises(LinkOverError, match="group"):
        await join(gatehouse, made.secret)
    assert not await PersonRecord.filter(handle="nina").exists()
