"""What the rules about words stopped, for admins to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.chats.archive import Archive
from services.chats.chats import Chats
from services.chats.conversations import NotThereError
from services.chats.replies import ModelReply, new_uid, now
from services.moderation.policy import Deed
from services.news import News
from services.people.audit import Audit
from services.people.person import Person, demand_admin, person_from
from services.records.review import FlagRecord
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

REVIEWS: Final = "reviews"  # the topic under which a change of the queue is told
LONGEST_EXCERPT: Final = 2_000  # characters
PAGE: Final = 50


class Decision(StrEnum):
    """What an admin makes of it."""

    OPEN = ""
    FINE = "fine"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Where words stand: a prompt, or the ``reply`` that was given to it."""

    who: Person
    conversation: str
    turn: str
    reply: ModelReply


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A case as admins see it; ``excerpt`` is where it begins, ``reply`` is empty for a prompt."""

    uid: str
    person: str
    model: str
    reply: str
    deed: Deed
    reasons: tuple[str, ...]
    excerpt: str
    created_at: datetime
    decision: Decision
    decided_by: str


class Reviews:
    """The queue; a prompt that several lanes were sent stands in it once."""

    def __init__(self, chats: Chats, archive: Archive, audit: Audit, news: News) -> None:
        self._chats = chats
        self._archive = archive
        self._audit = audit
        self._news = news

    async def note(self, case: Case, deed: Deed, reasons: tuple[str, ...], words: str, *, answer: bool) -> None:
        """Put a case into the queue, if it is not there."""
        await self._note(case, deed, reasons, words, case.reply.uid if answer else "")
        self._news.post(REVIEWS)

    @in_one_piece
    async def _note(self, case: Case, deed: Deed, reasons: tuple[str, ...], words: str, reply: str) -> None:
        if await FlagRecord.filter(turn=case.turn, reply=reply).exists():
            return
        await FlagRecord.create(
            uid=new_uid(),
            owner_id=case.who.id,
            conversation=case.conversation,
            turn=case.turn,
            reply=reply,
            model=storable(case.reply.model)[:400],
            action=deed,
            reasons="\n".join(map(storable, reasons)),
            excerpt=storable(words)[:LONGEST_EXCERPT],
            created_at=now(),
            decided_by="",
            decision=Decision.OPEN,
        )

    async def keep(self, case: Case) -> None:
        """Write down what became of an answer that was over, and tell those who look at it."""
        await self._archive.keep([case.reply])
        self._chats.announce(case.who, case.conversation)

    async def waiting(self, who: Person) -> int:
        """Return how many cases nobody has decided; for admins."""
        demand_admin(who)
        return await FlagRecord.filter(decided_at__isnull=True).count()

    async def all(self, who: Person, *, decided: bool = False, page: int = 0) -> list[Flag]:
        """Return a page of cases, the newest first; for admins."""
        demand_admin(who)
        found = FlagRecord.filter(decided_at__isnull=not decided).order_by("-id").offset(page * PAGE).limit(PAGE)
        return [_shown(record) for record in await found.select_related("owner")]

    async def decide(self, who: Person, uid: str, decision: Decision) -> None:
        """Let the words stand, or take an answer away for good; for admins."""
        demand_admin(who)
        record = await FlagRecord.get_or_none(uid=storable(uid)).select_related("owner")
        if record is None:
            raise NotThereError(uid)
        if record.reply:
            await self._carry_out(record, decision)
        await self._decided(who, record, decision)
        self._news.post(REVIEWS)

    @in_one_piece
    async def _decided(self, who: Person, record: FlagRecord, decision: Decision) -> None:
        record.decision, record.decided_by, record.decided_at = decision, storable(who.name), now()
        await record.save(update_fields=["decision", "decided_by", "decided_at"])
        await self._audit.note(who, f"review: {decision}", record.owner.name, details=record.model)

    async def _carry_out(self, record: FlagRecord, decision: Decision) -> None:
        """Do it to the answer, if it is still there."""
        owner = person_from(record.owner)
        try:
            conversation = await self._chats.open(owner, record.conversation)
        except NotThereError:
            return
        reply = conversation.every_reply().get(record.reply)
        if reply is None or not reply.state.over:
            return
        reply.veiled = False
        if decision is Decision.REMOVED:
            reply.text = reply.thinking = ""
        await self._archive.keep([reply])
        self._chats.announce(owner, record.conversation)


def _shown(record: FlagRecord) -> Flag:
    return Flag(
        uid=record.uid,
        person=record.owner.name,
        model=record.model,
        reply=record.reply,
        deed=Deed(record.action),
        reasons=tuple(filter(None, record.reasons.split("\n"))),
        excerpt=record.excerpt,
        created_at=record.created_at,
        decision=Decision(record.decision),
        decided_by=record.decided_by,
    )
