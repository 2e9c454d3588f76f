"""What the database keeps of offers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, reduce
from operator import or_
from typing import Any

from omnichat.capabilities import NOTHING, Capability
from omnichat.prices import Prices
from services.models.offers import Entry, Source
from services.records.catalogue import CatalogueModelRecord, OfferRecord
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

AT_ONCE = 500  # rows of one transaction or reading, so that nobody waits long for the database
HEADER = ("listed_at", "tried_at", "problem", "latency", "left_out", "validator")
SAID = ("title", "context", "max_output", "released", "deprecated", "ends", "changed_at", "last_seen", "gone")
PRICES = {"input_price": "input", "output_price": "output", "cached_price": "cached", "written_price": "written"}
COLUMNS = ("id", "model", "can", "first_seen", *SAID, *PRICES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """How the last listing of one source went; ``validator`` stands for its answer.

    ``listed_at`` is when it last told its list, ``tried_at`` when it was last asked, ``latency`` in seconds.
    """

    listed_at: datetime | None = None
    tried_at: datetime | None = None
    problem: str = ""
    latency: float | None = None
    left_out: int = 0
    validator: str = ""


class Stock:
    """Read and write offers by the scope and name of their source, never all rows in one go."""

    async def header(self, source: Source) -> Header:
        """Return how the last listing went, an empty header if there was none."""
        found = await _offers(source).values(*HEADER)
        return Header(**found[0]) if found else Header()

    async def entries(self, source: Source) -> dict[str, Entry]:
        """Return all models that are or were on the list, by their whole names."""
        entries, last = dict[str, Entry](), 0
        offers = await _offers(source).values_list("id", flat=True)
        while offers:
            rows = CatalogueModelRecord.filter(offer_id=offers[0], id__gt=last).order_by("id").limit(AT_ONCE)
            found = await rows.values(*COLUMNS)
            entries |= {entry.id: entry for row in found for entry in [_entry(source, row)]}
            if len(found) < AT_ONCE:
                break
            last = found[-1]["id"]
        return entries

    async def keep(self, source: Source, header: Header, entries: Sequence[Entry] = ()) -> None:
        """Write the header, and ``entries`` that are new or not as they were; the header comes last."""
        await self._begin(source)
        (offer_id,) = await _offers(source).values_list("id", flat=True)
        for start in range(0, len(entries), AT_ONCE):
            await self._write(int(str(offer_id)), source, entries[start : start + AT_ONCE])
            await asyncio.sleep(0)
        await self._head(source, header)

    async def reported_at(self, source: Source) -> datetime | None:
        """Return up to which moment the news of a source were reported."""
        found = await _offers(source).values("reported_at")
        return found[0]["reported_at"] if found else None

    @in_one_piece
    async def note_report(self, source: Source, moment: datetime) -> None:
        """Note that the news of a source up to ``moment`` were reported."""
        await _offers(source).update(reported_at=moment)

    @in_one_piece
    async def forget(self, source: Source) -> None:
        """Delete what was kept of a source that is no more."""
        await _offers(source).delete()

    @in_one_piece
    async def _begin(self, source: Source) -> None:
        record = OfferRecord(scope=source.scope, provider=source.name, problem="", left_out=0, validator="")
        await OfferRecord.bulk_create([record], ignore_conflicts=True)

    @in_one_piece
    async def _write(self, offer_id: int, source: Source, entries: Sequence[Entry]) -> None:
        records = [CatalogueModelRecord(offer_id=offer_id, **_row(source, entry)) for entry in entries]
        await CatalogueModelRecord.bulk_create(
            records, on_conflict=["offer_id", "model"], update_fields=["can", *SAID, *PRICES]
        )

    @in_one_piece
    async def _head(self, source: Source, header: Header) -> None:
        values = {name: getattr(header, name) for name in HEADER}
        await _offers(source).update(**(values | {"problem": storable(header.problem)}))


def _offers(source: Source) -> Any:
    return OfferRecord.filter(scope=source.scope, provider=source.name)


def _row(source: Source, entry: Entry) -> dict[str, Any]:
    row = {name: getattr(entry, name) for name in SAID}
    prices = {column: getattr(entry.prices, name) for column, name in PRICES.items()}
    return {
        "model": entry.id.removeprefix(f"{source.name}/"),
        "can": " ".join(entry.can.names),
        "first_seen": entry.first_seen,
        **row,
        **prices,
    }


def _entry(source: Source, row: Mapping[str, Any]) -> Entry:
    return Entry(
        id=f"{source.name}/{row['model']}",
        can=_skills(row["can"]),
        prices=Prices(**{name: row[column] for column, name in PRICES.items()}),
        first_seen=row["first_seen"],
        **{name: row[name] for name in SAID},
    )


@cache
def _skills(names: str) -> Capability:
    known = Capability.__members__
    return reduce(or_, (known[name.upper()] for name in names.split() if name.upper() in known), NOTHING)
