"""Which answer was better: votes, and who leads by them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from services.chats import Chats
from services.conversations import NotThereError
from services.people import Person
from services.ratings import Game, Standing, standings
from services.records.vote import VoteRecord
from services.replies import new_uid, now
from services.rows import storable
from services.transactions import in_one_piece

FEWEST = 2
LONGEST_TAG = 80


class Verdict(StrEnum):
    """What a vote says."""

    BETTER = "better"
    TIE = "tie"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """``models`` are those that answered, by the uid of their lane; ``winner`` is the lane found better, or nothing."""

    turn: str
    verdict: Verdict
    winner: str
    models: Mapping[str, str]
    tag: str = ""
    blind: bool = False


class Votes:
    """One vote a person and turn; voting again replaces it."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    async def cast(
        self, who: Person, uid: str, turn_uid: str, verdict: Verdict, winner: str = "", *, tag: str = ""
    ) -> Vote:
        """Say which lane's answer to the turn was better, or that none was; raise ``NotThereError`` for any other lane.

        All lanes whose answer stands take part.
        """
        conversation = await self._chats.open(who, uid)
        turn = conversation.turn(turn_uid)
        standing = {lane.uid: turn.standing(lane.uid) for lane in conversation.voices}
        models = {lane: reply.model for lane, reply in standing.items() if reply}
        if len(models) < FEWEST or (verdict is Verdict.BETTER) != (winner in models):
            raise NotThereError(winner)
        tag = " ".join(tag.split()).lower()[:LONGEST_TAG]
        vote = Vote(
            turn=turn_uid, verdict=verdict, winner=winner, models=models, tag=tag, blind=conversation.settings.blind
        )
        await _write(who, vote)
        self._chats.announce(who, uid)
        return vote

    async def of(self, who: Person, turn_uids: Iterable[str]) -> dict[str, Vote]:
        """Return the person's votes on these turns, by turn."""
        rows = VoteRecord.filter(owner_id=who.id, turn__in=list(turn_uids))
        return {vote.turn: vote for vote in [_read(row) for row in await rows]}

    async def tags(self, who: Person) -> list[str]:
        """Return the tags that the person has used, in order."""
        found = await VoteRecord.filter(owner_id=who.id).exclude(tag="").distinct().values_list("tag", flat=True)
        return sorted(str(tag) for tag in found)

    async def leaderboard(self, who: Person, *, tag: str = "", everybody: bool = False) -> list[Standing]:
        """Return how the models stand by the person's votes, or by everybody's, the best first."""
        rows = VoteRecord.all() if everybody else VoteRecord.filter(owner_id=who.id)
        if tag:
            rows = rows.filter(tag=storable(tag))
        return standings(game for row in await rows for game in games(_read(row)))


def games(vote: Vote) -> list[Game]:
    """Return a vote as comparisons of two: the winner against each other, or everybody against everybody as ties.

    That all were bad says as little about who is better as a tie does.
    """
    if vote.verdict is Verdict.BETTER:
        won = vote.models[vote.winner]
        return [Game(one=won, other=model, score=1) for lane, model in vote.models.items() if lane != vote.winner]
    return [Game(one=one, other=other, score=0.5) for one, other in combinations(vote.models.values(), 2)]


@in_one_piece
async def _write(who: Person, vote: Vote) -> None:
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


def _read(row: VoteRecord) -> Vote:
    return Vote(
        turn=row.turn,
        verdict=Verdict(row.verdict),
        winner=row.winner,
        models=json.loads(row.models),
        tag=row.tag,
        blind=row.blind,
    )
