"""A phone is asked after the password, and every code is good once."""

from __future__ import annotations

import pyotp
import pytest

from services.people.person import NotAllowedError, Person
from services.people.second_factor import SPARE, STEP, WrongCodeError
from services.records.person import PersonRecord
from tests.services.gatehouse import Gatehouse


async def test_a_code_of_the_phone_turns_it_on_and_is_used_up(gatehouse: Gatehouse, user: Person) -> None:
    proposal = gatehouse.second_factor.propose(user)
    assert proposal.drawing.startswith("<svg")
    assert not await gatehouse.second_factor.is_on(user)
    phone = pyotp.TOTP(proposal.secret)
    with pytest.raises(WrongCodeError):
        await gatehouse.second_factor.turn_on(user, proposal.secret, "000000" if phone.now() != "000000" else "1")
    code = phone.now()
    spare = await gatehouse.second_factor.turn_on(user, proposal.secret, code)
    assert await gatehouse.second_factor.is_on(user)
    assert len(set(spare)) == SPARE == await gatehouse.second_factor.spare_left(user)
    assert not await gatehouse.second_factor.prove(user, code)
    assert not await gatehouse.second_factor.prove(user, phone.at(0))


async def test_the_next_code_is_good_once(gatehouse: Gatehouse, user: Person) -> None:
    await gatehouse.with_phone(user)
    record = await PersonRecord.get(id=user.id)
    await PersonRecord.filter(id=user.id).update(totp_step=record.totp_step - 1)
    code = gatehouse.code_at(record.totp_step * STEP)
    assert await gatehouse.second_factor.prove(user, f" {code[:3]} {code[3:]} ")
    assert not await gatehouse.second_factor.prove(user, code)


async def test_neither_secret_nor_spare_codes_can_be_read_in_the_row(gatehouse: Gatehouse, user: Person) -> None:
    spare = await gatehouse.with_phone(user)
    row = str(await PersonRecord.filter(id=user.id).values())
    assert gatehouse.phone not in row
    assert not any(code in row or code.replace("-", "") in row for code in spare)


async def test_each_spare_code_is_good_once_however_it_is_typed(gatehouse: Gatehouse, user: Person) -> None:
    spare = await gatehouse.with_phone(user)
    assert await gatehouse.second_factor.prove(user, spare[0].upper().replace("-", " "))
    assert not await gatehouse.second_factor.prove(user, spare[0])
    assert await gatehouse.second_factor.spare_left(user) == SPARE - 1
    fresh = await gatehouse.second_factor.renew_spare(user, spare[1])
    assert not await gatehouse.second_factor.prove(user, spare[2])
    assert await gatehouse.second_factor.prove(user, fresh[0])


async def test_turning_it_off_asks_for_a_code(gatehouse: Gatehouse, user: Person) -> None:
    spare = await gatehouse.with_phone(user)
    with pytest.raises(WrongCodeError):
        await gatehouse.second_factor.turn_off(user, "")
    assert await gatehouse.second_factor.is_on(user)
    await gatehouse.second_factor.turn_off(user, spare[0])
    assert not await gatehouse.second_factor.is_on(user)
    assert not await gatehouse.second_factor.prove(user, spare[1])


async def test_whoever_lost_everything_is_helped_by_an_admin(
    gatehouse: Gatehouse, owner: Person, admin: Person, user: Person
) -> None:
    for who in (owner, user):
        await gatehouse.with_phone(who)
    for helper, about in ((admin, owner), (user, user)):
        with pytest.raises(NotAllowedError):
            await gatehouse.second_factor.take_off(helper, about.uid)
    await gatehouse.second_factor.take_off(admin, user.uid)
    assert not await gatehouse.second_factor.is_on(user)
    assert await gatehouse.second_factor.is_on(owner)


async def test_a_phone_that_is_on_is_not_replaced_without_its_code(gatehouse: Gatehouse, user: Person) -> None:
    await gatehouse.with_phone(user)
    another = gatehouse.second_factor.propose(user).secret
    with pytest.raises(WrongCodeError, match="already"):
        await gatehouse.second_factor.turn_on(user, another, pyotp.TOTP(another).now())
    record = await PersonRecord.get(id=user.id)
    await PersonRecord.filter(id=user.id).update(totp_step=record.totp_step - 1)
    assert await gatehouse.second_factor.prove(user, gatehouse.code_at(record.totp_step * STEP))


async def test_an_owner_does_not_take_off_their_own(gatehouse: Gatehouse, owner: Person) -> None:
    await gatehouse.with_phone(owner)
    with pytest.raises(NotAllowedError):
        await gatehouse.second_factor.take_off(owner, owner.uid)
    assert await gatehouse.second_factor.is_on(owner)
