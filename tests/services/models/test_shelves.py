"""What a person keeps at hand."""

from __future__ import annotations

import asyncio

import pytest

from services.chats.archive import Archive
from services.chats.conversations import NotThereError
from services.models.shelves import LARGEST_SET, LONGEST_NAME, MOST_SETS, RECENTS, SetRefusedError, Shelf, Shelves
from services.people.person import Person
from services.people.preferences import Preferences


@pytest.fixture
def shelves() -> Shelves:
    return Shelves(Preferences())


async def test_a_shelf_is_empty_at_first(shelves: Shelves, store: Archive, me: Person) -> None:
    assert await shelves.of(me) == Shelf()


async def test_favourites_come_and_go(shelves: Shelves, store: Archive, me: Person) -> None:
    await shelves.favour(me, "groq/a", True)
    await shelves.favour(me, "groq/b", True)
    assert await shelves.favour(me, "groq/a", True) == await shelves.of(me)
    assert (await shelves.of(me)).favourites == ("groq/b", "groq/a")
    assert (await shelves.favour(me, "groq/b", False)).favourites == ("groq/a",)


async def test_those_asked_lately_stand_first_and_the_oldest_go(shelves: Shelves, store: Archive, me: Person) -> None:
    for number in range(RECENTS + 2):
        await shelves.note_asked(me, [f"groq/{number}"])
    shelf = await shelves.note_asked(me, ["groq/4", "groq/new", "groq/4"])
    assert shelf.recents[:3] == ("groq/4", "groq/new", f"groq/{RECENTS + 1}")
    assert len(shelf.recents) == RECENTS


async def test_a_set_is_kept_recalled_renamed_and_deleted(shelves: Shelves, store: Archive, me: Person) -> None:
    await shelves.keep_set(me, "  Every   day ", ["groq/a", "groq/b", "groq/b"])
    shelf = await shelves.of(me)
    assert shelf.named("Every day").models == ("groq/a", "groq/b", "groq/b")
    await shelves.keep_set(me, "Cheap", ["groq/c"])
    await shelves.rename_set(me, "Every day", "Usual")
    assert [each.name for each in (await shelves.of(me)).sets] == ["Usual", "Cheap"]
    await shelves.keep_set(me, "Cheap", ["groq/d"])
    assert (await shelves.of(me)).named("Cheap").models == ("groq/d",)
    assert [each.name for each in (await shelves.delete_set(me, "Usual")).sets] == ["Cheap"]
    with pytest.raises(NotThereError):
        await shelves.delete_set(me, "Usual")


async def test_a_set_needs_a_name_of_its_own_and_a_model(shelves: Shelves, store: Archive, me: Person) -> None:
    await shelves.keep_set(me, "One", ["groq/a"])
    await shelves.keep_set(me, "Two", ["groq/b"])
    for refused in (
        shelves.keep_set(me, "  ", ["groq/a"]),
        shelves.keep_set(me, "None", []),
        shelves.rename_set(me, "One", "Two"),
        shelves.rename_set(me, "One", ""),
    ):
        with pytest.raises(SetRefusedError):
            await refused
    assert (await shelves.rename_set(me, "One", "One")).named("One").models == ("groq/a",)


async def test_sets_are_bounded(shelves: Shelves, store: Archive, me: Person) -> None:
    shelf = await shelves.keep_set(me, "x" * 500, ["groq/a"] * 100)
    assert [(len(each.name), len(each.models)) for each in shelf.sets] == [(LONGEST_NAME, LARGEST_SET)]
    for number in range(MOST_SETS - 1):
        await shelves.keep_set(me, str(number), ["groq/a"])
    with pytest.raises(SetRefusedError):
        await shelves.keep_set(me, "one more", ["groq/a"])
    await shelves.keep_set(me, "0", ["groq/b"])


async def test_changes_at_the_same_time_are_all_kept(shelves: Shelves, store: Archive, me: Person) -> None:
    await asyncio.gather(*(shelves.favour(me, f"groq/{number}", True) for number in range(8)))
    assert len((await shelves.of(me)).favourites) == 8


async def test_everybody_has_a_shelf_of_their_own(
    shelves: Shelves, store: Archive, me: Person, stranger: Person
) -> None:
    await shelves.keep_set(me, "Mine", ["groq/a"])
    assert await shelves.of(stranger) == Shelf()
    with pytest.raises(NotThereError):
        await shelves.delete_set(stranger, "Mine")
