"""Browsers that anybody is signed in with, for whoever answers for this place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.chats.conversations import NotThereError
from services.chats.replies import now
from services.news import News
from services.people.accounts import demand_over
from services.people.audit import Audit
from services.people.person import Person, demand_admin, person_from
from services.people.sessions import SESSIONS, Session, Stage, shown
from services.records.account import SessionRecord
from services.storage.rows import storable

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A browser, and whose it is."""

    person: Person
    session: Session


class EverySession:
    """All sessions of all people; only admins see and end them."""

    def __init__(self, audit: Audit, news: News) -> None:
        self._audit = audit
        self._news = news

    async def read(self, who: Person, *, skip: int = 0, limit: int = PAGE) -> list[SignedIn]:
        """Return the sessions, the one seen last first, without the first ``skip``."""
        demand_admin(who)
        living = SessionRecord.filter(stage=Stage.OPEN, expires_at__gt=now(), owner__suspended=False)
        found = await living.order_by("-seen_at", "-id").offset(skip).limit(limit).select_related("owner")
        return [SignedIn(person=person_from(record.owner), session=shown(record)) for record in found]

    async def end(self, who: Person, uid: str) -> None:
        """Sign a browser out: an admin those of users and their own, an owner everybody's."""
        demand_admin(who)
        record = await SessionRecord.filter(uid=storable(uid)).select_related("owner").first()
        if record is None:
            raise NotThereError(uid)
        owner = person_from(record.owner)
        if owner.id != who.id:
            demand_over(who, owner)
        await SessionRecord.filter(id=record.id).delete()
        await self._audit.note(who, "session ended", owner.handle, details=record.agent)
        self._news.post(SESSIONS)
