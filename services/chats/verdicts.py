"""What a person thinks of answers: adopted, chosen, good or bad; which points count, which branch is in sight."""

from __future__ import annotations

import json

from services.chats.chats import Chats
from services.chats.conversations import Conversation, NotThereError, Turn
from services.chats.replies import ModelReply, Rating
from services.people.person import Person
from services.records.conversation import TurnRecord
from services.records.reply import ReplyRecord, ReplyVersionRecord
from services.storage.owned import demand, key, mine
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

LONGEST_REMARK = 500


class NotReadyError(ValueError):
    """Only an answer that is over and has words can be adopted."""


class Verdicts:
    """Every judgement is written first, then shown to all who look; each can be taken back by giving another."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    async def adopt(self, who: Person, uid: str, turn_uid: str, reply_uid: str) -> None:
        """Make one answer of the turn the one to go on from, or none with an empty ``reply_uid``."""
        conversation, turn = await self._turn(who, uid, turn_uid)
        if reply_uid:
            _, reply = _reply(turn, reply_uid)
            if not (reply.state.over and reply.text):
                raise NotReadyError("Only an answer that is finished can be adopted.")
        await _mark_adopted(who, turn_uid, reply_uid)
        turn.adopted = reply_uid
        self._chats.announce(who, conversation.uid)

    async def choose(self, who: Person, uid: str, turn_uid: str, reply_uid: str) -> None:
        """Let the lane of this version stand by it: further turns see it, and not a newer one."""
        conversation, turn = await self._turn(who, uid, turn_uid)
        lane_uid, _ = _reply(turn, reply_uid)
        await _mark_chosen(who, turn_uid, lane_uid, reply_uid)
        turn.chosen[lane_uid] = reply_uid
        self._chats.announce(who, conversation.uid)

    async def rate(
        self, who: Person, uid: str, turn_uid: str, reply_uid: str, rating: Rating, remark: str = ""
    ) -> None:
        """Give an answer a thumb up or down, with a word why, or none."""
        conversation, turn = await self._turn(who, uid, turn_uid)
        _, reply = _reply(turn, reply_uid)
        remark = remark.strip()[:LONGEST_REMARK] if rating else ""
        await _mark_rated(who, reply_uid, rating, remark)
        reply.rating, reply.remark = rating, remark
        self._chats.announce(who, conversation.uid)

    async def tick(self, who: Person, uid: str, turn_uid: str, reply_uid: str, point: int, *, on: bool) -> None:
        """Say whether a point of a judge's list, counted from 0, is to be merged; at first all are."""
        conversation, turn = await self._turn(who, uid, turn_uid)
        _, reply = _reply(turn, reply_uid)
        reply.unticked = reply.unticked - {point} if on else reply.unticked | {point}  # the next tick counts on it
        await _mark_ticked(who, reply_uid, reply.unticked)
        self._chats.announce(who, conversation.uid)

    async def walk(self, who: Person, uid: str, turn_uid: str) -> None:
        """Bring another wording of a prompt into sight, with the newest turns that followed it."""
        conversation, turn = await self._turn(who, uid, turn_uid)
        head = conversation.newest_below(turn).uid
        await _mark_head(who, uid, head)
        conversation.head = head
        self._chats.announce(who, uid)

    async def _turn(self, who: Person, uid: str, turn_uid: str) -> tuple[Conversation, Turn]:
        conversation = await self._chats.open(who, uid)
        return conversation, conversation.turn(turn_uid)


def _reply(turn: Turn, reply_uid: str) -> tuple[str, ModelReply]:
    for lane_uid, versions in turn.replies.items():
        for reply in versions:
            if reply.uid == reply_uid:
                return lane_uid, reply
    raise NotThereError(reply_uid)


@in_one_piece
async def _mark_head(who: Person, uid: str, turn_uid: str) -> None:
    demand(await mine(who, uid).update(head=turn_uid), uid)


@in_one_piece
async def _mark_adopted(who: Person, turn_uid: str, reply_uid: str) -> None:
    demand(await TurnRecord.filter(owner_id=who.id, uid=key(turn_uid)).update(adopted=reply_uid), turn_uid)


@in_one_piece
async def _mark_chosen(who: Person, turn_uid: str, lane_uid: str, reply_uid: str) -> None:
    found = await ReplyRecord.filter(owner_id=who.id, turn__uid=key(turn_uid), lane__uid=key(lane_uid)).first()
    if not found:
        raise NotThereError(turn_uid)
    await ReplyRecord.filter(id=found.id).update(chosen=reply_uid)


@in_one_piece
async def _mark_ticked(who: Person, reply_uid: str, unticked: frozenset[int]) -> None:
    found = ReplyVersionRecord.filter(owner_id=who.id, uid=key(reply_uid))
    demand(await found.update(unticked=json.dumps(sorted(unticked))), reply_uid)


@in_one_piece
async def _mark_rated(who: Person, reply_uid: str, rating: Rating, remark: str) -> None:
    found = ReplyVersionRecord.filter(owner_id=who.id, uid=key(reply_uid))
    demand(await found.update(rating=int(rating), remark=storable(remark)), reply_uid)
