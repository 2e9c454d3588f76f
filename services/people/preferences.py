"""What a person has set to their liking."""

from __future__ import annotations

import json
from typing import Any, TypeAlias, TypeVar

from services.people.person import Person
from services.records.person import PreferenceRecord
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

Json: TypeAlias = "bool | int | float | str | list[Any] | dict[str, Any] | None"
T = TypeVar("T", bound=Json)


class Preferences:
    """One value of JSON for each person and name."""

    async def get(self, who: Person, name: str, default: T) -> T:
        """Return what was set, or ``default`` when nothing of its type was."""
        found = await PreferenceRecord.filter(owner_id=who.id, name=storable(name)).values_list("value", flat=True)
        if not found:
            return default
        value = json.loads(str(found[0]))
        if isinstance(default, float) and type(value) is int:
            value = float(value)
        return value if type(value) is type(default) else default

    @in_one_piece
    async def set(self, who: Person, name: str, value: Json) -> None:
        """Keep ``value``, which must be JSON."""
        record = PreferenceRecord(owner_id=who.id, name=storable(name), value=json.dumps(value))
        await PreferenceRecord.bulk_create([record], on_conflict=["owner_id", "name"], update_fields=["value"])
