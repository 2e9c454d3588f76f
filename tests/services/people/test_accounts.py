"""Accounts: who may change whose, and what ends with a change."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from services.chats.conversations import NotThereError
from services.chats.hub import ReplyStream
from services.chats.replies import new_uid, now
from services.people.account_rows import TakenError
from services.people.accounts import WrongPasswordError
from services.people.names import BadNameError
from services.people.passwords import WeakPasswordError
from services.people.person import NotAllowedError, Person, Role
from services.people.pictures import Pictures
from services.people.sessions import NOBODY
from services.people.sign_in import RefusedError
from services.records.account import ApiTokenRecord, InvitationRecord, RefreshTokenRecord
from services.records.conversation import ConversationRecord
from services.records.person import PersonRecord
from services.records.persona import PictureRecord
from tests.fakes import Doorman
from tests.services.gatehouse import BETTER, GOOD, Gatehouse


@pytest.mark.parametrize(
    "handle", ["", "x", "a b", "-a", "a-", "a" * 41, "me@home", "a/b", "<b>x</b>", "a\u202eb", "\0\0\0"]
)
async def test_nobody_is_called_what_cannot_be_typed_or_told_apart(gatehouse: Gatehouse, handle: str) -> None:
    with pytest.raises(BadNameError):
        await gatehouse.accounts.create(handle=handle, password=GOOD)


@pytest.mark.parametrize("mail", ["x", "a@b@c", "@", "a b@c.de", "a" * 250 + "@b.de"])
async def test_an_address_has_to_be_one(gatehouse: Gatehouse, mail: str) -> None:
    with pytest.raises(BadNameError):
        await gatehouse.accounts.create(handle="uma", mail=mail, password=GOOD)


async def test_user_names_and_addresses_are_given_once_however_they_are_spelt(
    gatehouse: Gatehouse, user: Person
) -> None:
    for handle, mail in (("UMA", ""), ("ｕｍａ", ""), ("other", "UMA@example.com")):
        with pytest.raises(TakenError):
            await gatehouse.accounts.create(handle=handle, mail=mail, password=GOOD)
    await gatehouse.accounts.create(handle="other", password=GOOD)
    await gatehouse.accounts.create(handle="third", password=GOOD)


async def test_of_two_who_want_the_same_name_at_once_one_gets_it(gatehouse: Gatehouse) -> None:
    made = await asyncio.gather(*(gatehouse.person("twin") for _ in range(2)), return_exceptions=True)
    assert [type(each) for each in made if isinstance(each, Exception)] == [TakenError]


async def test_a_name_is_one_line_of_signs_that_can_be_seen(gatehouse: Gatehouse) -> None:
    who = await gatehouse.accounts.create(handle="uma", name=" Uma\u202e\n\0 Smith ", password=GOOD)
    assert who.name == "Uma Smith"


async def test_weak_passwords_make_no_account(gatehouse: Gatehouse) -> None:
    with pytest.raises(WeakPasswordError):
        await gatehouse.accounts.create(handle="uma", password="password123")
    with pytest.raises(WeakPasswordError):
        await gatehouse.accounts.create(handle="uma-smith", password="uma-smith!!")


async def test_a_new_password_asks_for_the_old_one_and_ends_everything(gatehouse: Gatehouse, user: Person) -> None:
    secret = await gatehouse.signed_in(user)
    await tokens_of(user)
    with pytest.raises(WrongPasswordError):
        await gatehouse.sign_in.change_password(user, "wrong", BETTER, address="")
    with pytest.raises(WeakPasswordError):
        await gatehouse.sign_in.change_password(user, GOOD, "uma", address="")
    assert (await gatehouse.sessions.find(secret)).person == user
    await gatehouse.sign_in.change_password(user, GOOD, BETTER, address="")
    await assert_ended(gatehouse, user, secret)
    with pytest.raises(RefusedError):
        await gatehouse.sign_in.prove("uma", GOOD, address="192.0.2.1")
    assert await gatehouse.sign_in.prove("uma", BETTER, address="192.0.2.1") == user


async def test_a_changed_role_ends_everything(gatehouse: Gatehouse, owner: Person, user: Person) -> None:
    secret = await gatehouse.signed_in(user)
    await tokens_of(user)
    await gatehouse.accounts.set_role(owner, user.uid, Role.ADMIN)
    await assert_ended(gatehouse, user, secret)
    assert (await gatehouse.accounts.named(owner, user.uid)).person.role is Role.ADMIN


async def test_suspension_ends_everything_until_it_is_taken_back(
    gatehouse: Gatehouse, admin: Person, user: Person
) -> None:
    secret = await gatehouse.signed_in(user)
    await tokens_of(user)
    stream = await gatehouse.answering(user)
    await gatehouse.accounts.suspend(admin, user.uid)
    await assert_ended(gatehouse, user, secret)
    assert stream.reply.state.over
    await gatehouse.accounts.resume(admin, user.uid)
    assert await gatehouse.sign_in.prove("uma", GOOD, address="192.0.2.1") == user


async def test_deletion_takes_all_that_was_theirs_and_nothing_else(
    gatehouse: Gatehouse, admin: Person, user: Person
) -> None:
    secret = await gatehouse.signed_in(user)
    await tokens_of(user)
    stream, others = await gatehouse.answering(user), await gatehouse.answering(admin)
    await gatehouse.accounts.delete(admin, user.uid)
    assert stream.reply.state.over
    assert not others.reply.state.over
    assert await gatehouse.sessions.find(secret) == NOBODY
    assert not await PersonRecord.filter(id=user.id).exists()
    assert [each.owner_id for each in await ConversationRecord.all()] == [admin.id]
    with pytest.raises(NotThereError):
        await gatehouse.accounts.named(admin, user.uid)
    await stop(others)


async def test_users_change_nobody(gatehouse: Gatehouse, user: Person) -> None:
    other = await gatehouse.person("other")
    accounts = gatehouse.accounts
    for change in (
        accounts.suspend(user, other.uid),
        accounts.resume(user, other.uid),
        accounts.delete(user, other.uid),
        accounts.set_role(user, other.uid, Role.USER),
        accounts.set_role(user, user.uid, Role.OWNER),
        accounts.named(user, other.uid),
        accounts.search(user),
        accounts.count(user),
    ):
        with pytest.raises(NotAllowedError):
            await change


async def test_admins_change_users_only(gatehouse: Gatehouse, owner: Person, admin: Person) -> None:
    second = await gatehouse.person("second", Role.ADMIN)
    accounts = gatehouse.accounts
    for about in (owner, second):
        for change in (accounts.suspend, accounts.resume, accounts.delete):
            with pytest.raises(NotAllowedError):
                await change(admin, about.uid)
    with pytest.raises(NotAllowedError):
        await accounts.set_role(admin, second.uid, Role.USER)


async def test_nobody_changes_themselves_down_and_the_last_owner_stays(gatehouse: Gatehouse, owner: Person) -> None:
    accounts = gatehouse.accounts
    for change in (
        accounts.suspend(owner, owner.uid),
        accounts.set_role(owner, owner.uid, Role.USER),
        accounts.delete(owner, owner.uid),
    ):
        with pytest.raises(NotAllowedError):
            await change
    second = await gatehouse.person("second", Role.OWNER)
    await accounts.delete(owner, owner.uid)
    with pytest.raises(NotAllowedError):
        await accounts.delete(second, second.uid)


async def test_of_two_owners_who_put_each_other_out_one_stays(gatehouse: Gatehouse, owner: Person) -> None:
    second = await gatehouse.person("second", Role.OWNER)
    accounts = gatehouse.accounts
    await asyncio.gather(
        accounts.suspend(owner, second.uid), accounts.set_role(second, owner.uid, Role.USER), return_exceptions=True
    )
    assert await PersonRecord.filter(role=Role.OWNER, suspended=False, handle__isnull=False).count() == 1


async def test_nobody_becomes_the_server(gatehouse: Gatehouse, owner: Person, user: Person) -> None:
    with pytest.raises(NotAllowedError):
        await gatehouse.accounts.set_role(owner, user.uid, Role.SERVER)


async def test_people_are_found_by_any_of_their_names_a_page_at_a_time(gatehouse: Gatehouse, admin: Person) -> None:
    for number in range(5):
        await gatehouse.accounts.create(handle=f"user{number}", name=f"Number {number}", mail=f"m{number}@example.com")
    found = await gatehouse.accounts.search(admin, "NUMBER", limit=2)
    assert [each.person.handle for each in found] == ["user0", "user1"]
    found = await gatehouse.accounts.search(admin, "number", after="user1")
    assert [each.person.handle for each in found] == ["user2", "user3", "user4"]
    assert [each.mail for each in await gatehouse.accounts.search(admin, "m3@")] == ["m3@example.com"]
    assert await gatehouse.accounts.search(admin, "%\0' OR 1=1") == []
    assert await gatehouse.accounts.count(admin) == 6


async def test_an_address_that_changes_is_not_verified_any_more(gatehouse: Gatehouse) -> None:
    who = await gatehouse.accounts.create(handle="uma", mail="uma@example.com", mail_verified=True)
    await gatehouse.accounts.describe(who, name="Uma", handle="uma", mail="Uma@example.com")
    assert (await gatehouse.accounts.named(who, who.uid)).mail_verified
    changed = await gatehouse.accounts.describe(who, name="", handle="UMA2", mail="new@example.com")
    account = await gatehouse.accounts.named(who, who.uid)
    assert (changed.handle, changed.name, account.mail_verified) == ("uma2", "uma2", False)
    other = await gatehouse.person("other")
    with pytest.raises(TakenError):
        await gatehouse.accounts.describe(other, name="", handle="other", mail="NEW@example.com")


async def test_a_picture_that_somebody_wears_is_kept_and_a_former_one_is_not(
    gatehouse: Gatehouse, user: Person
) -> None:
    pictures, sign = Pictures(Doorman()), b"\x89PNG\r\n\x1a\n"
    worn = await pictures.keep(user, sign + b"1")
    await gatehouse.accounts.wear(user, worn)
    for number, there in ((2, True), (3, False)):
        await PictureRecord.all().update(created_at=now() - timedelta(days=2))
        if not there:
            await gatehouse.accounts.wear(user, "")
        await pictures.keep(user, sign + str(number).encode())
        assert await PictureRecord.filter(digest=worn).exists() == there


async def tokens_of(who: Person) -> None:
    """Give somebody one of each thing that lets them in."""
    moment = now()
    await RefreshTokenRecord.create(
        digest=new_uid(), family=new_uid(), owner_id=who.id, created_at=moment, expires_at=moment, agent=""
    )
    await ApiTokenRecord.create(
        uid=new_uid(), digest=new_uid(), owner_id=who.id, name="", start="", scopes="", created_at=moment
    )


async def assert_ended(gatehouse: Gatehouse, who: Person, secret: str) -> None:
    assert await gatehouse.sessions.find(secret) == NOBODY
    for record in (RefreshTokenRecord, ApiTokenRecord):
        assert not await record.filter(owner_id=who.id).exists()
    assert not await InvitationRecord.filter(person_id=who.id, used_at__isnull=True).exists()
    assert (await PersonRecord.get(id=who.id)).stamp == 1


async def stop(stream: ReplyStream) -> None:
    stream.stop()
    await stream.over()
