from __future__ import annotations

from typing import Any, TypeAlias

import pytest

from services.chats.archive import Archive
from services.people.person import Person
from services.people.preferences import Preferences

LIKES = Preferences()
Value: TypeAlias = bool | float | str | list[Any] | dict[str, Any]


@pytest.mark.parametrize(
    "value", [True, 3, 0.5, "dark", "nul \0 and \ud800", ["a", {"b": [1, None]}], {"sizes": {"list": 240}}]
)
async def test_what_was_set_comes_back(store: Archive, me: Person, value: Value) -> None:
    await LIKES.set(me, "theme", "before")
    await LIKES.set(me, "theme", value)
    assert await LIKES.get(me, "theme", type(value)()) == value


async def test_what_was_never_set_is_the_default(store: Archive, me: Person) -> None:
    assert await LIKES.get(me, "theme", "dark") == "dark"


async def test_a_value_of_another_type_than_the_default_is_not_believed(store: Archive, me: Person) -> None:
    await LIKES.set(me, "width", "wide")
    assert await LIKES.get(me, "width", 240) == 240


async def test_a_whole_number_does_where_a_fraction_is_wanted(store: Archive, me: Person) -> None:
    await LIKES.set(me, "temperature", 1)
    assert repr(await LIKES.get(me, "temperature", 0.7)) == "1.0"


async def test_everybody_has_preferences_of_their_own(store: Archive, me: Person, stranger: Person) -> None:
    await LIKES.set(me, "theme", "dark")
    await LIKES.set(stranger, "theme", "light")
    assert await LIKES.get(me, "theme", "") == "dark"
    assert await LIKES.get(stranger, "theme", "") == "light"
