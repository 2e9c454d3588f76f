"""What people should hear of, once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.chats.conversations import NotThereError
from services.chats.replies import new_uid, now
from services.news import News
from services.people.person import Person
from services.records.server import NoticeRecord
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

KEPT: Final = 50  # notices of one person
COLUMNS: Final = ("uid", "title", "text", "link", "created_at", "read_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to know; ``link`` is an address of ours, or empty."""

    uid: str
    title: str
    text: str
    link: str
    created_at: datetime
    read_at: datetime | None


class Notices:
    """Tell people things, and remember what they have seen."""

    def __init__(self, news: News) -> None:
        self._news = news

    async def tell(self, who: Person, title: str, text: str = "", link: str = "") -> None:
        """Have ``who`` hear of something; the oldest notices make room for it."""
        await self._add(who, title, text, link)
        self._news.post(_topic(who))

    async def of(self, who: Person) -> list[Notice]:
        """Return what ``who`` was told, the newest first."""
        rows = await NoticeRecord.filter(owner_id=who.id).order_by("-created_at", "-id").limit(KEPT).values(*COLUMNS)
        return [Notice(**row) for row in rows]

    async def unread(self, who: Person) -> int:
        """Return how many notices ``who`` has not seen."""
        return await NoticeRecord.filter(owner_id=who.id, read_at=None).count()

    async def read(self, who: Person, uid: str = "") -> None:
        """Mark a notice as seen, or all; raise ``NotThereError`` for one that ``who`` does not have."""
        await self._mark(who, uid)
        self._news.post(_topic(who))

    def watch(self, who: Person) -> AsyncGenerator[None, None]:
        """Yield once, and after each change of what ``who`` was told or has seen."""
        return self._news.watch(_topic(who))

    @in_one_piece
    async def _add(self, who: Person, title: str, text: str, link: str) -> None:
        await NoticeRecord.create(
            uid=new_uid(),
            owner_id=who.id,
            title=storable(title),
            text=storable(text),
            link=storable(link),
            created_at=now(),
        )
        mine = NoticeRecord.filter(owner_id=who.id).order_by("-created_at", "-id")
        if old := await mine.offset(KEPT).limit(KEPT).values_list("id", flat=True):
            await NoticeRecord.filter(id__in=old).delete()

    @in_one_piece
    async def _mark(self, who: Person, uid: str) -> None:
        mine = NoticeRecord.filter(owner_id=who.id)
        if uid:
            mine = mine.filter(uid=storable(uid))
            if not await mine.exists():
                raise NotThereError
        await mine.filter(read_at=None).update(read_at=now())


def _topic(who: Person) -> str:
    return f"notices {who.uid}"
