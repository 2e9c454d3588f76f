"""Votes as they are kept: one a person and turn."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tortoise.queryset import QuerySet

from services.chats.ballots import Verdict, Vote
from services.chats.replies import new_uid, now
from services.people.person import Person
from services.records.vote import VoteRecord
from services.storage.rows import storable
from services.storage.transactions import in_one_piece


async def votes_on(who: Person, turn_uids: Iterable[str]) -> dict[str, Vote]:
    """Return the person's votes on these turns, by turn."""
    rows = VoteRecord.filter(owner_id=who.id, turn__in=list(turn_uids))
    return {vote.turn: vote for vote in [_read(row) for row in await rows]}


async def votes_tagged(who: Person | None, tag: str) -> list[Vote]:
    """Return the votes of one person, or of everybody, that wear ``tag``; all of them without one."""
    rows = _of(who)
    return [_read(row) for row in await (rows.filter(tag=storable(tag)) if tag else rows)]


async def tags_of(who: Person | None) -> list[str]:
    """Return the tags that one person, or anybody, has used, in order."""
    found = await _of(who).exclude(tag="").distinct().values_list("tag", flat=True)
    return sorted(str(tag) for tag in found)


@in_one_piece
async def put_in(who: Person, vote: Vote) -> None:
    """Keep the vote in place of the person's former one on the same turn."""
    await VoteRecord.filter(owner_id=who.id, turn=vote.turn).delete()
    await VoteRecord.create(
        uid=new_uid(),
        owner_id=who.id,
        turn=vote.turn,
        verdict=vote.verdict,
        winner=vote.winner,
        models=json.dumps(dict(vote.models)),
        tag=storable(vote.tag),
        blind=vote.blind,
        created_at=now(),
    )


def _of(who: Person | None) -> QuerySet[VoteRecord]:
    return VoteRecord.filter(owner_id=who.id) if who else VoteRecord.all()


def _read(row: VoteRecord) -> Vote:
    return Vote(
        turn=row.turn,
        verdict=Verdict(row.verdict),
        winner=row.winner,
        models=json.loads(row.models),
        tag=row.tag,
        blind=row.blind,
    )
