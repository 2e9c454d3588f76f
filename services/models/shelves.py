"""The models a person keeps at hand: favourites, those asked lately, and named sets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.chats.conversations import NotThereError
from services.people.person import Person
from services.people.preferences import Preferences

RECENTS = 8
MOST_FAVOURITES = 200
MOST_SETS = 40
LARGEST_SET = 24
LONGEST_NAME = 60
PREFERENCE = "models"


class SetRefusedError(ValueError):
    """A set cannot be kept that way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSet:
    """Models to be asked together, under a name; one that is asked several times is there as often."""

    name: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What one person keeps, each model as ``source/model``; favourites the oldest first, recents the latest first."""

    favourites: tuple[str, ...] = ()
    recents: tuple[str, ...] = ()
    sets: tuple[ModelSet, ...] = ()

    @property
    def kept(self) -> set[str]:
        """All models that somebody wants to find again: favourites, and those in sets."""
        return {*self.favourites, *(model for each in self.sets for model in each.models)}

    def named(self, name: str) -> ModelSet:
        """Return the set of that name; raise ``NotThereError`` when there is none."""
        for each in self.sets:
            if each.name == name:
                return each
        raise NotThereError(name)


class Shelves:
    """Everybody's shelf; each change returns the shelf as it is then."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._writing = asyncio.Lock()

    async def of(self, who: Person) -> Shelf:
        """Return what the person keeps."""
        told = await self._preferences.get(who, PREFERENCE, dict[str, list[object]]())
        sets = [each for each in told.get("sets", []) if isinstance(each, dict)]
        return Shelf(
            favourites=_texts(told.get("favourites", [])),
            recents=_texts(told.get("recents", [])),
            sets=tuple(ModelSet(name=str(each["name"]), models=_texts(each["models"])) for each in sets),
        )

    async def favour(self, who: Person, model: str, on: bool) -> Shelf:
        """Make the model a favourite, or no favourite any more; the oldest of more than 200 go."""
        async with self._writing:
            shelf = await self.of(who)
            others = tuple(each for each in shelf.favourites if each != model)
            favourites = (*others, model)[-MOST_FAVOURITES:] if on else others
            return await self._keep(who, replace(shelf, favourites=favourites))

    async def note_asked(self, who: Person, models: Sequence[str]) -> Shelf:
        """Remember that these models were chosen just now."""
        async with self._writing:
            shelf = await self.of(who)
            recents = tuple(dict.fromkeys((*models, *shelf.recents)))[:RECENTS]
            return await self._keep(who, replace(shelf, recents=recents))

    async def keep_set(self, who: Person, name: str, models: Sequence[str]) -> Shelf:
        """Keep the models under a name, in place of a set that was called so; raise ``SetRefusedError``."""
        kept = ModelSet(name=_name(name), models=tuple(models)[:LARGEST_SET])
        if not kept.models:
            raise SetRefusedError("A set holds at least one model.")
        async with self._writing:
            shelf = await self.of(who)
            others = [each for each in shelf.sets if each.name != kept.name]
            if len(others) >= MOST_SETS:
                raise SetRefusedError(f"{MOST_SETS} sets are kept at most. Delete one first.")
            return await self._keep(who, replace(shelf, sets=(*others, kept)))

    async def rename_set(self, who: Person, name: str, new: str) -> Shelf:
        """Call a set something else; raise ``SetRefusedError`` when another one is called so."""
        new = _name(new)
        async with self._writing:
            shelf = await self.of(who)
            shelf.named(name)
            if new != name and any(each.name == new for each in shelf.sets):
                raise SetRefusedError(f"There is a set “{new}” already.")
            sets = tuple(replace(each, name=new) if each.name == name else each for each in shelf.sets)
            return await self._keep(who, replace(shelf, sets=sets))

    async def delete_set(self, who: Person, name: str) -> Shelf:
        """Forget a set."""
        async with self._writing:
            shelf = await self.of(who)
            gone = shelf.named(name)
            return await self._keep(who, replace(shelf, sets=tuple(each for each in shelf.sets if each != gone)))

    async def _keep(self, who: Person, shelf: Shelf) -> Shelf:
        sets = [{"name": each.name, "models": list(each.models)} for each in shelf.sets]
        told = {"favourites": list(shelf.favourites), "recents": list(shelf.recents), "sets": sets}
        await self._preferences.set(who, PREFERENCE, told)
        return shelf


def _texts(values: object) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list) else ()


def _name(name: str) -> str:
    name = " ".join(name.split())[:LONGEST_NAME].rstrip()
    if not name:
        raise SetRefusedError("A set needs a name.")
    return name
