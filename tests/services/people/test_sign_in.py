"""People come in with what is theirs, and guessing gets slower and slower."""

from __future__ import annotations

import asyncio

import pytest

from services.people.brakes import SlowDownError, neighbourhood
from services.people.passwords import Proof
from services.people.person import Person
from services.people.sessions import NOBODY, Stage
from services.people.sign_in import Entrance, RefusedError
from services.records.account import SessionRecord
from services.records.audit import AuditRecord
from services.records.person import PersonRecord
from tests.services.gatehouse import BETTER, GOOD, Gatehouse

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


async def come_in(house: Gatehouse, login: str, password: str = GOOD, address: str = HERE) -> Entrance:
    return await house.sign_in.by_password(login, password, address=address, agent="Firefox")


@pytest.mark.parametrize("login", ["uma", " UMA ", "uma@example.com", "Uma@Example.COM", "ｕｍａ"])
async def test_somebody_comes_in_by_user_name_or_mail(gatehouse: Gatehouse, user: Person, login: str) -> None:
    entrance = await come_in(gatehouse, login)
    assert (await gatehouse.sessions.find(entrance.secret)).person == user


@pytest.mark.parametrize(
    ("login", "password"), [("uma", "wrong"), ("nobody", GOOD), ("", ""), ("\0", "\0"), ("%", GOOD)]
)
async def test_the_refusal_does_not_tell_what_was_wrong(
    gatehouse: Gatehouse, user: Person, login: str, password: str
) -> None:
    with pytest.raises(RefusedError, match=r"^That user name and password do not match\.$"):
        await come_in(gatehouse, login, password)


async def test_suspended_people_are_refused_like_wrong_passwords(gatehouse: Gatehouse, user: Person) -> None:
    await PersonRecord.filter(id=user.id).update(suspended=True)
    with pytest.raises(RefusedError, match="do not match"):
        await come_in(gatehouse, "uma")


async def test_people_without_a_password_do_not_come_in_by_one(gatehouse: Gatehouse) -> None:
    await gatehouse.accounts.create(handle="elsewhere")
    with pytest.raises(RefusedError):
        await come_in(gatehouse, "elsewhere", "")


async def test_guessing_is_slowed_and_it_is_said_how_long(gatehouse: Gatehouse, user: Person) -> None:
    for _ in range(5):
        with pytest.raises(RefusedError):
            await come_in(gatehouse, "uma", "wrong")
    with pytest.raises(SlowDownError, match="Try again in 5 minutes") as slow:
        await come_in(gatehouse, "uma")
    assert 0 < slow.value.seconds <= 300
    assert await come_in(gatehouse, "uma", address=ELSEWHERE)


async def test_many_guesses_at_once_are_no_way_round(gatehouse: Gatehouse, user: Person) -> None:
    guesses = [come_in(gatehouse, "uma", f"wrong {number}") for number in range(15)]
    ended = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(each, SlowDownError) for each in ended) == 10


async def test_one_address_that_tries_many_names_is_slowed(gatehouse: Gatehouse, user: Person) -> None:
    for number in range(20):
        with pytest.raises(RefusedError):
            await come_in(gatehouse, f"name{number}", "wrong")
    with pytest.raises(SlowDownError):
        await come_in(gatehouse, "uma")


async def test_guesses_from_everywhere_do_not_lock_out_who_is_at_home(gatehouse: Gatehouse, user: Person) -> None:
    await come_in(gatehouse, "uma")
    for number in range(30):
        with pytest.raises(RefusedError):
            await come_in(gatehouse, "uma", "wrong", f"203.0.113.{number}")
    with pytest.raises(SlowDownError):
        await come_in(gatehouse, "uma", address=ELSEWHERE)
    assert await come_in(gatehouse, "uma")


async def test_signing_in_rightly_many_times_is_no_guessing(gatehouse: Gatehouse, user: Person) -> None:
    for _ in range(25):
        await come_in(gatehouse, "uma")


async def test_every_attempt_is_written_down_without_the_password(gatehouse: Gatehouse, user: Person) -> None:
    with pytest.raises(RefusedError):
        await come_in(gatehouse, "uma", "not this one")
    entrance = await come_in(gatehouse, "uma")
    await gatehouse.sign_in.out(entrance.secret, address=HERE)
    assert await gatehouse.sessions.find(entrance.secret) == NOBODY
    noted = await AuditRecord.all().order_by("id")
    assert [(each.action, each.about, each.address) for each in noted] == [
        ("sign-in refused", "uma", HERE),
        ("signed in", "uma", HERE),
        ("signed out", "uma", HERE),
    ]
    assert "not this one" not in str(await AuditRecord.all().values())


async def test_a_code_opens_a_new_session_and_ends_the_waiting_one(gatehouse: Gatehouse, user: Person) -> None:
    spare = await gatehouse.with_phone(user)
    waiting = await come_in(gatehouse, "uma")
    assert waiting.stage is Stage.SECOND_FACTOR
    opened = await gatehouse.sign_in.by_code(waiting.secret, spare[0], address=HERE, agent="Firefox")
    assert (await gatehouse.sessions.find(opened.secret)).person == user
    assert await gatehouse.sessions.find(waiting.secret) == NOBODY
    with pytest.raises(RefusedError):
        await gatehouse.sign_in.by_code(opened.secret, spare[1], address=HERE, agent="Firefox")


async def test_codes_are_not_for_guessing(gatehouse: Gatehouse, user: Person) -> None:
    spare = await gatehouse.with_phone(user)
    waiting = await come_in(gatehouse, "uma")
    for _ in range(5):
        with pytest.raises(RefusedError):
            await gatehouse.sign_in.by_code(waiting.secret, "000000", address=HERE, agent="Firefox")
    with pytest.raises(SlowDownError):
        await gatehouse.sign_in.by_code(waiting.secret, spare[0], address=HERE, agent="Firefox")


async def test_who_has_many_addresses_of_one_network_is_one_guesser(gatehouse: Gatehouse, user: Person) -> None:
    for number in range(5):
        with pytest.raises(RefusedError):
            await come_in(gatehouse, "uma", "wrong", f"2001:db8:0:1::{number:x}")
    with pytest.raises(SlowDownError):
        await come_in(gatehouse, "uma", address="2001:db8:0:1:ffff::1")
    assert await come_in(gatehouse, "uma", address="2001:db8:0:2::1")


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_of_ipv6_a_whole_network_is_counted_together(address: str, near: str) -> None:
    assert neighbourhood(address) == near


@pytest.mark.parametrize("change", ["password", "suspension", "deletion"])
async def test_a_password_that_is_looked_at_while_everything_ends_opens_nothing(
    gatehouse: Gatehouse, owner: Person, user: Person, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts, prove = gatehouse.accounts, gatehouse.passwords.prove

    async def proved(password: str, kept: str) -> Proof:
        proof = await prove(password, kept)
        if change == "password":
            await accounts.set_password(user, await accounts.hash_for(user, BETTER))
        elif change == "suspension":
            await accounts.suspend(owner, user.uid)
            await accounts.resume(owner, user.uid)
        else:
            await accounts.delete(owner, user.uid)
        return proof

    monkeypatch.setattr(gatehouse.passwords, "prove", proved)
    with pytest.raises(RefusedError):
        await come_in(gatehouse, "uma")
    assert not await SessionRecord.all().exists()
