"""Browsers that people are signed in with."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.chats.conversations import NotThereError
from services.chats.replies import new_uid, now
from services.news import News
from services.people.account_rows import let_in
from services.people.person import Person, person_from
from services.people.scopes import EVERYTHING, Scope
from services.records.account import SessionRecord
from services.records.person import PersonRecord
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

SESSIONS: Final = "sessions"  # the topic under which it is told that some have ended
LIFETIME: Final = timedelta(days=14)  # from when it was last seen
PATIENCE: Final = timedelta(minutes=10)  # for the second factor
SEEN: Final = timedelta(minutes=1)  # how exactly it is kept when a session was last seen
LONGEST_AGENT: Final = 300  # characters


class Stage(StrEnum):
    """How far a sign-in has come."""

    OPEN = "open"
    SECOND_FACTOR = "second factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser as its owner sees it in the list; ``address`` and ``agent`` are those of the sign-in."""

    uid: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who a request comes from: nobody known, somebody on the way in, or somebody who is in.

    A browser has a ``session``; a program has a ``token``, the uid of what it shows, and may do what is in ``scopes``.
    ``refusal`` says why what somebody known shows lets nobody in for now.
    """

    who: Person | None = None
    session: str = ""
    stage: Stage = Stage.OPEN
    token: str = ""
    scopes: frozenset[Scope] = EVERYTHING
    refusal: str = ""

    @property
    def person(self) -> Person | None:
        """Whoever has shown all that is asked of them."""
        return self.who if self.stage is Stage.OPEN else None


NOBODY: Final = Visit()


class Sessions:
    """Each is found by a secret that only its browser has; suspended people have none."""

    def __init__(self, news: News) -> None:
        self._news = news

    @in_one_piece
    async def begin(self, who: Person, *, address: str, agent: str, stage: Stage = Stage.OPEN) -> str:
        """Return the secret of a new session."""
        secret = secrets.token_urlsafe(32)
        moment = now()
        await SessionRecord.create(
            uid=new_uid(),
            digest=digest(secret),
            owner_id=who.id,
            stage=stage,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + (LIFETIME if stage is Stage.OPEN else PATIENCE),
            address=storable(address)[:64],
            agent=storable(agent)[:LONGEST_AGENT],
        )
        await SessionRecord.filter(owner_id=who.id, expires_at__lte=moment).delete()
        return secret

    async def find(self, secret: str) -> Visit:
        """Return whose session it is, or ``NOBODY``."""
        if not secret:
            return NOBODY
        moment = now()
        found = await SessionRecord.filter(digest=digest(secret), expires_at__gt=moment).limit(1)
        owner = await let_in(found[0].owner_id) if found else None
        if owner is None:
            return NOBODY
        (record,) = found
        stage = Stage(record.stage)
        if stage is Stage.OPEN and moment - record.seen_at > SEEN:
            await SessionRecord.filter(id=record.id).update(seen_at=moment, expires_at=moment + LIFETIME)
            await PersonRecord.filter(id=owner.id).update(seen_at=moment)
        return Visit(who=person_from(owner), session=record.uid, stage=stage)

    async def of(self, who: Person) -> list[Session]:
        """Return the browsers that ``who`` is signed in with, the one seen last first."""
        found = SessionRecord.filter(owner_id=who.id, stage=Stage.OPEN, expires_at__gt=now())
        return [shown(record) for record in await found.order_by("-seen_at", "-id")]

    async def end(self, who: Person, uid: str) -> None:
        """Sign one browser out."""
        if not await SessionRecord.filter(owner_id=who.id, uid=storable(uid)).delete():
            raise NotThereError(uid)
        self._news.post(SESSIONS)

    async def end_all(self, who: Person, *, but: str = "") -> None:
        """Sign every browser out, but the one with that uid."""
        await SessionRecord.filter(owner_id=who.id).exclude(uid=but).delete()
        self._news.post(SESSIONS)

    async def living(self, uids: Collection[str]) -> set[str]:
        """Return those of ``uids`` that still let somebody in."""
        found = SessionRecord.filter(uid__in=list(uids), expires_at__gt=now(), owner__suspended=False)
        return {str(uid) for uid in await found.values_list("uid", flat=True)} if uids else set()


def digest(secret: str) -> str:
    """Return what is kept of a secret of 256 random bits, which needs no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def shown(record: SessionRecord) -> Session:
    """Return a session as it is listed."""
    return Session(
        uid=record.uid,
        created_at=record.created_at,
        seen_at=record.seen_at,
        address=record.address,
        agent=record.agent,
    )
