"""What is so for everybody here, as admins set it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter

from services.models.keys import SOURCES
from services.moderation.policy import NO_MODERATION, ModerationPolicy
from services.news import News
from services.people.audit import Audit
from services.people.person import Person, demand_admin
from services.records.group import GroupRecord
from services.records.server import ServerFactRecord
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

HOUSE: Final = "house"  # the name of the fact, and the topic under which a change is told
TOLD: Final = 200  # characters of a value in the log


class Registration(StrEnum):
    """Who may make an account."""

    OPEN = "open"
    INVITATION = "invitation"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """What is so for everybody.

    ``group`` is the uid of the group whose rules are those of people in no group, or empty. ``sources_off`` and
    ``models_off`` are what nobody is offered: whole sources by name, single models as ``source/model``.
    """

    registration: Registration = Registration.INVITATION
    group: str = ""
    sources_off: tuple[str, ...] = ()
    models_off: tuple[str, ...] = ()
    moderation: ModerationPolicy = NO_MODERATION


Change = Callable[[HouseRules], HouseRules]
WRITTEN: Final = TypeAdapter(HouseRules)


class House:
    """The rules of the house, the same for all processes; only admins change them."""

    def __init__(self, audit: Audit, news: News) -> None:
        self._audit = audit
        self._news = news

    async def read(self) -> HouseRules:
        """Return what is so now."""
        found = await ServerFactRecord.filter(name=HOUSE).values_list("value", flat=True)
        return WRITTEN.validate_json(str(found[0])) if found else HouseRules()

    async def change(self, who: Person, change: Change) -> HouseRules:
        """Put ``change`` of what is so now in its place, and return that; for admins."""
        demand_admin(who)
        rules = await self._change(who, change)
        self._news.post(HOUSE)
        self._news.post(SOURCES)
        return rules

    @in_one_piece
    async def _change(self, who: Person, change: Change) -> HouseRules:
        before = await self.read()
        after = WRITTEN.validate_python(change(before))
        if after == before:
            return before
        value = storable(WRITTEN.dump_json(after).decode())
        record = ServerFactRecord(name=HOUSE, value=value)
        await ServerFactRecord.bulk_create([record], on_conflict=["name"], update_fields=["value"])
        groups = dict(await GroupRecord.all().values_list("uid", "name")) if before.group != after.group else {}
        for name, was, now in _differences(before, after):
            details = f"{groups.get(was, was)} → {groups.get(now, now)}"
            await self._audit.note(who, "setting changed", name, details=details)
        return after


def _differences(before: HouseRules | ModerationPolicy, after: object) -> list[tuple[str, str, str]]:
    """Return what changed, by name; of lists only what came and went, of the policy what changed in it."""
    found = []
    for name in (each.name for each in fields(before)):
        was, now = getattr(before, name), getattr(after, name)
        if isinstance(was, ModerationPolicy):
            found += [(f"{name}: {part}", old, new) for part, old, new in _differences(was, now)]
            continue
        if isinstance(was, tuple):
            was, now = set(was) - set(now), set(now) - set(was)
        if was != now:
            found.append((name, _told(was), _told(now)))
    return found


def _told(value: object) -> str:
    words = ", ".join(sorted(map(str, value))) if isinstance(value, set) else str(value)
    return (words or "none")[:TOLD]
