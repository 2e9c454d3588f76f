"""Which answer was better: votes, and who leads by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from tortoise.functions import Avg

from services.chats.ballot_box import put_in, tags_of, votes_on, votes_tagged
from services.chats.ballots import Verdict, Vote
from services.chats.chats import Chats
from services.chats.conversations import NotThereError
from services.chats.estimates import PriceOf, price
from services.chats.ratings import Game, Standing, standings
from services.chats.replies import Purpose, ReplyState
from services.people.person import Person
from services.records.reply import ReplyVersionRecord

FEWEST = 2
LONGEST_TAG = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Who stands where by how many votes; ``costs`` are mean US dollars an answer, of models whose price is known."""

    standings: list[Standing] = field(default_factory=list)
    votes: int = 0
    costs: Mapping[str, float] = field(default_factory=dict)


class Votes:
    """One vote a person and turn; voting again replaces it."""

    def __init__(self, chats: Chats, price_of: PriceOf = lambda _: None) -> None:
        self._chats = chats
        self._price_of = price_of

    async def cast(
        self, who: Person, uid: str, turn_uid: str, verdict: Verdict, winner: str = "", *, tag: str = ""
    ) -> Vote:
        """Say which lane's answer to the turn was better, or that none was; raise ``NotThereError`` for any other lane.

        All lanes whose answer stands take part. A vote given blind stays a blind one when it is changed.
        """
        conversation = await self._chats.open(who, uid)
        turn = conversation.turn(turn_uid)
        standing = {lane.uid: turn.standing(lane.uid) for lane in conversation.voices}
        models = {lane: reply.model for lane, reply in standing.items() if reply}
        if len(models) < FEWEST or (verdict is Verdict.BETTER) != (winner in models):
            raise NotThereError(winner)
        tag = " ".join(tag.split()).lower()[:LONGEST_TAG]
        blind = turn.vote.blind if turn.vote else conversation.settings.blind
        vote = Vote(turn=turn_uid, verdict=verdict, winner=winner, models=models, tag=tag, blind=blind)
        await put_in(who, vote)
        turn.vote = (await votes_on(who, [turn_uid]))[turn_uid]
        self._chats.announce(who, uid)
        return turn.vote

    async def tags(self, who: Person, *, everybody: bool = False) -> list[str]:
        """Return the tags that the person, or everybody, has used, in order."""
        return await tags_of(None if everybody else who)

    async def leaderboard(self, who: Person, *, tag: str = "", everybody: bool = False) -> Board:
        """Return how the models stand by the person's votes and answers, or by everybody's, the best first."""
        owner = None if everybody else who
        votes = await votes_tagged(owner, tag)
        found = standings(game for vote in votes for game in games(vote))
        return Board(standings=found, votes=len(votes), costs=await self._costs(owner, [each.name for each in found]))

    async def _costs(self, who: Person | None, models: Collection[str]) -> dict[str, float]:
        """Return what an answer of mean length costs, by model."""
        counted = ReplyVersionRecord.filter(
            model__in=list(models), purpose=Purpose.ANSWER, state=ReplyState.DONE, output_tokens__gt=0
        )
        rows = (counted.filter(owner_id=who.id) if who else counted).annotate(
            read=Avg("input_tokens"), cached=Avg("cached_tokens"), wrote=Avg("output_tokens")
        )
        costs = {}
        for row in await rows.group_by("model").values("model", "read", "cached", "wrote"):
            cost = price(self._price_of(row["model"]), float(row["read"]), float(row["wrote"]), float(row["cached"]))
            if cost is not None:
                costs[row["model"]] = cost
        return costs


def games(vote: Vote) -> list[Game]:
    """Return a vote as comparisons of two: the winner against each other, or everybody against everybody as ties.

    That all were bad says as little about who is better as a tie does.
    """
    if vote.verdict is Verdict.BETTER:
        won = vote.models[vote.winner]
        return [Game(one=won, other=model, score=1) for lane, model in vote.models.items() if lane != vote.winner]
    return [Game(one=one, other=other, score=0.5) for one, other in combinations(vote.models.values(), 2)]
