"""Small pictures that people give themselves and their personas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from services.chats.conversations import NotThereError
from services.chats.replies import now
from services.people.person import Person
from services.people.rules import KnowsRules
from services.records.conversation import LaneRecord
from services.records.person import PersonRecord
from services.records.persona import PersonaRecord, PictureRecord
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

LARGEST: Final = 200_000  # bytes
SPARED: Final = timedelta(days=1)  # time to take a deletion back


class NoPictureError(ValueError):
    """This is no picture that we show; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept."""

    media_type: str
    data: bytes


class Pictures:
    """Everybody's pictures, by the digest of what is in them."""

    def __init__(self, rules: KnowsRules) -> None:
        self._rules = rules

    async def keep(self, who: Person, data: bytes) -> str:
        """Keep a PNG, JPEG or WebP and return its digest; raise ``NoPictureError`` for anything else, or over 200 kB.

        A group may say that its members keep less. Those of ``who`` that neither they nor a persona nor a lane shows
        any more are given up.
        """
        allowed = (await self._rules.rules_of(who)).upload_bytes
        most = LARGEST if allowed is None else min(LARGEST, allowed)
        if len(data) > most:
            raise NoPictureError(f"That picture has {len(data) / 1000:,.0f} kB; {most / 1000:,.0f} kB are the most.")
        media_type = kind_of(data)
        if not media_type:
            raise NoPictureError("That is no PNG, JPEG or WebP picture.")
        digest = sha256(data).hexdigest()
        await self._replace_unused(who, PictureRecord(digest=digest, media_type=media_type, data=data))
        return digest

    async def open(self, who: Person, digest: str) -> Picture:
        """Return the picture; raise ``NotThereError`` if there is none, or it is another's."""
        found = await PictureRecord.filter(owner_id=who.id, digest=storable(digest)).values("media_type", "data")
        if not found:
            raise NotThereError(digest)
        return Picture(found[0]["media_type"], bytes(found[0]["data"]))

    @in_one_piece
    async def _replace_unused(self, who: Person, fresh: PictureRecord) -> None:
        old = PictureRecord.filter(owner_id=who.id, created_at__lt=now() - SPARED)
        for digest in await old.values_list("digest", flat=True):
            worn = LaneRecord.filter(owner_id=who.id, look__contains=str(digest))
            own = PersonRecord.filter(id=who.id, picture=digest)
            personas = PersonaRecord.filter(owner_id=who.id, picture=digest)
            if not (await own.exists() or await personas.exists() or await worn.exists()):
                await old.filter(digest=digest).delete()
        fresh.owner_id, fresh.created_at = who.id, now()
        await PictureRecord.bulk_create([fresh], ignore_conflicts=True)


def kind_of(data: bytes) -> str:
    """Return the media type that the first bytes speak of, or nothing."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""
