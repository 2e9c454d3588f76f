"""How fast models answer here, from the answers somebody had."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Final

from services.chats.replies import ReplyState
from services.people.person import Person
from services.records.reply import ReplyVersionRecord
from services.storage.rows import storable

NEWEST: Final = 50  # answers that count
SHORTEST: Final = 0.05  # seconds of writing that a speed can be taken from


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """The usual seconds to the first token and tokens a second, of so many ``answers``; None where nothing is known."""

    answers: int = 0
    first_token: float | None = None
    tokens: float | None = None


class Speeds:
    """The medians over a person's own newest answers."""

    async def of(self, who: Person, model: str) -> Speed:
        """Return how fast ``source/model`` was with its last 50 whole answers."""
        mine = ReplyVersionRecord.filter(owner_id=who.id, model=storable(model), state=ReplyState.DONE)
        rows = await mine.order_by("-id").limit(NEWEST).values("first_token", "duration", "output_tokens", "pieces")
        waits = [row["first_token"] for row in rows if row["first_token"] is not None]
        speeds = [
            (row["output_tokens"] or row["pieces"]) / (row["duration"] - row["first_token"])
            for row in rows
            if row["first_token"] is not None and (row["duration"] or 0) - row["first_token"] >= SHORTEST
        ]
        return Speed(
            answers=len(rows),
            first_token=median(waits) if waits else None,
            tokens=median(speeds) if speeds else None,
        )
