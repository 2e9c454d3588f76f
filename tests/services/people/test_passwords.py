"""Passwords that are hard to guess, kept so that nobody can read them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from services.people.passwords import AT_ONCE, WAITING, Passwords, TooBusyError, WeakPasswordError, demand_good


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


async def test_the_right_password_is_right_and_a_near_one_is_not(passwords: Passwords) -> None:
    kept = await passwords.hash("violet tractor sings")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (await passwords.prove("violet tractor sings", kept)).right
    for wrong in ("violet tractor sing", "Violet tractor sings", "", kept):
        assert not (await passwords.prove(wrong, kept)).right


async def test_letters_count_as_the_same_however_they_are_composed(passwords: Passwords) -> None:
    kept = await passwords.hash("caf\u00e9 tractor sings")
    assert (await passwords.prove("cafe\u0301 tractor sings", kept)).right


async def test_nobody_has_a_password_and_neither_has_nonsense(passwords: Passwords) -> None:
    for kept in ("", "plain", "$argon2id$broken"):
        assert not (await passwords.prove("violet tractor sings", kept)).right


async def test_an_aged_hash_is_replaced(passwords: Passwords) -> None:
    old = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1),)).hash("violet tractor sings")
    proof = await passwords.prove("violet tractor sings", old)
    assert proof.right
    assert (await passwords.prove("violet tractor sings", proof.fresh)).right
    assert not (await passwords.prove("violet tractor sings", proof.fresh)).fresh


async def test_a_line_that_is_too_long_is_told_so(passwords: Passwords) -> None:
    many = await asyncio.gather(
        *(passwords.prove("violet tractor sings", "") for _ in range(AT_ONCE + WAITING + 5)), return_exceptions=True
    )
    assert sum(isinstance(each, TooBusyError) for each in many) == 5
    assert not (await passwords.prove("violet tractor sings", "")).right


@pytest.mark.parametrize(
    "weak",
    [
        *("short", "x" * 257, "aaaaaaaaaaaaa", "1234567890", "qwertyuiop", "Password123!", "ILOVEYOU2024"),
        *("uma.smith2024", "uma.smith@example.com"),
    ],
)
def test_passwords_that_are_tried_first_are_refused(weak: str) -> None:
    with pytest.raises(WeakPasswordError):
        demand_good(weak, "uma.smith", "uma.smith@example.com")


@pytest.mark.parametrize("good", ["violet tractor sings", "Zk3#vvQp0!x", "снег идёт вечером", "smithereens of glass"])
def test_others_are_taken(good: str) -> None:
    demand_good(good, "uma.smith", "uma@example.com", "Uma", "")
