"""Characters and ways of asking that lanes can wear."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from services.chats.conversations import Lane, Look, NotThereError
from services.chats.replies import new_uid, now
from services.models.parameters import Parameters
from services.news import News
from services.people.person import Person
from services.people.pictures import Pictures
from services.records.persona import PersonaRecord
from services.storage.rows import as_json_text, storable
from services.storage.transactions import in_one_piece

LONGEST_NAME: Final = 80
LONGEST_MODEL: Final = 400
MOST_LETTERS: Final = 2
COLUMNS: Final = ("uid", "name", "letters", "hue", "picture", "model", "parameters", "created_at", "updated_at")


class NamelessError(ValueError):
    """A persona needs a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A character or a way of asking: who speaks, how they look, and how their model is asked.

    ``letters`` are one or two, ``hue`` is one of the twelve names, ``picture`` the digest of one that was kept; an
    empty ``model`` leaves a lane the one it has.
    """

    uid: str = field(default_factory=new_uid)
    name: str
    letters: str = ""
    hue: str = ""
    picture: str = ""
    model: str = ""
    parameters: Parameters = field(default_factory=Parameters)
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)

    @property
    def look(self) -> Look:
        """How a lane looks that wears it."""
        return Look(letters=self.letters, hue=self.hue, picture=self.picture)


class Personas:
    """Everybody's personas; what is not ``who``'s raises ``NotThereError``."""

    def __init__(self, pictures: Pictures, news: News) -> None:
        self.pictures = pictures
        self._news = news

    async def all(self, who: Person) -> list[Persona]:
        """Return them by name."""
        rows = await PersonaRecord.filter(owner_id=who.id).values(*COLUMNS)
        return sorted(map(_persona, rows), key=lambda persona: (persona.name.lower(), persona.uid))

    async def named(self, who: Person, uid: str) -> Persona:
        """Return the one with that uid."""
        rows = await PersonaRecord.filter(owner_id=who.id, uid=storable(uid)).values(*COLUMNS)
        if not rows:
            raise NotThereError(uid)
        return _persona(rows[0])

    async def watch(self, who: Person) -> AsyncGenerator[None, None]:
        """Yield once, and after each change."""
        async for _ in self._news.watch(f"personas {who.id}"):
            yield

    async def save(self, who: Person, persona: Persona, picture: bytes | None = None) -> Persona:
        """Keep a new one, or one that was changed, with a new ``picture`` if one is given; return it as it is kept.

        Raise ``NamelessError`` without a name and ``NoPictureError`` if that is none.
        """
        if not persona.name.strip():
            raise NamelessError("A persona needs a name.")
        if picture is not None:
            persona = replace(persona, picture=await self.pictures.keep(who, picture))
        persona = _tidy(replace(persona, updated_at=now()))
        await self._write(who, persona)
        self._news.post(f"personas {who.id}")
        return persona

    async def duplicate(self, who: Person, uid: str) -> Persona:
        """Keep a second one like it, under another name, and return that."""
        persona = await self.named(who, uid)
        names = {each.name for each in await self.all(who)}
        number, name = 2, f"{persona.name} 2"
        while name in names:
            number += 1
            name = f"{persona.name} {number}"
        return await self.save(who, replace(persona, uid=new_uid(), name=name, created_at=now()))

    async def delete(self, who: Person, uid: str) -> Persona:
        """Forget it and return what it was, for ``save`` to bring it back; lanes that wear it stay as they are."""
        persona = await self.named(who, uid)
        await PersonaRecord.filter(owner_id=who.id, uid=persona.uid).delete()
        self._news.post(f"personas {who.id}")
        return persona

    @in_one_piece
    async def _write(self, who: Person, persona: Persona) -> None:
        values: dict[str, Any] = {name: getattr(persona, name) for name in COLUMNS}
        values["parameters"] = as_json_text(persona.parameters.told())
        uid = values.pop("uid")
        if not await PersonaRecord.filter(owner_id=who.id, uid=uid).update(**values):
            if await PersonaRecord.filter(uid=uid).exists():
                raise NotThereError(uid)
            await PersonaRecord.create(owner_id=who.id, uid=uid, **values)


def worn(lane: Lane, persona: Persona) -> Lane:
    """Return ``lane`` with the persona on: its name, look, parameters, and its model if it has one."""
    return replace(
        lane,
        name=persona.name,
        model=persona.model or lane.model,
        parameters=persona.parameters,
        persona=persona.uid,
        look=persona.look,
    )


def taken_off(lane: Lane, persona: Persona | None) -> Lane:
    """Return ``lane`` with its persona off: called and looking like its model, without what the persona had set.

    None is a persona that was deleted; nobody knows any more what was its own.
    """
    theirs = persona.parameters.told() if persona else {}
    own = {name: value for name, value in lane.parameters.told().items() if theirs.get(name) != value}
    name = lane.model.rpartition("/")[2]
    return replace(lane, name=name, parameters=Parameters.read(own), persona="", look=Look())


def _persona(row: Mapping[str, Any]) -> Persona:
    return Persona(**{**row, "parameters": Parameters.read(json.loads(row["parameters"] or "{}"))})


def _tidy(persona: Persona) -> Persona:
    return replace(
        persona,
        name=storable(" ".join(persona.name.split()))[:LONGEST_NAME],
        letters=storable("".join(persona.letters.split()))[:MOST_LETTERS],
        model=storable(persona.model.strip())[:LONGEST_MODEL],
    )
