"""Conversations as they are kept; nobody reaches another person's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from tortoise.expressions import Q

from services.chats.ballot_box import votes_on
from services.chats.chat_settings import ChatSettings
from services.chats.contexts import Context, read_contexts, written
from services.chats.conversations import Conversation, Heading, Lane, LaneKind, NotThereError, Turn
from services.chats.replies import ModelReply, ReplyState, new_uid, now
from services.people.person import Person, Role, person_from
from services.records.conversation import ConversationRecord, LaneRecord, TurnRecord
from services.records.person import PersonRecord
from services.records.reply import ReplyRecord, ReplyVersionRecord
from services.storage.owned import demand, id_of, key, mine
from services.storage.rows import (
    CONVERSATION,
    LANE,
    PROGRESS,
    REPLY,
    TURN,
    conversation_from,
    lane_from,
    reply_from,
    row,
    storable,
    turn_from,
)
from services.storage.transactions import in_one_piece

LOCAL_PERSON: Final = "00000000-0000-7000-8000-000000000000"


class Archive:
    """Everybody's conversations; what is not ``who``'s, or deleted, raises ``NotThereError``."""

    async def local_person(self) -> Person:
        """Return the one person of an installation without accounts, making them at the first call."""
        first = {"name": "local", "role": Role.OWNER, "created_at": now()}
        record, _ = await PersonRecord.get_or_create(first, uid=LOCAL_PERSON)
        return person_from(record)

    async def headings(self, who: Person, limit: int = 200, before: Heading | None = None) -> list[Heading]:
        """Return the newest conversations in which something was asked, or the newest that come after ``before``."""
        query = ConversationRecord.filter(owner_id=who.id, deleted_at__isnull=True).exclude(title="")
        if before:
            same = Q(updated_at=before.updated_at, uid__lt=before.uid)
            query = query.filter(Q(updated_at__lt=before.updated_at) | same)
        found = await query.order_by("-updated_at", "-uid").limit(limit).values("id", "uid", "title", "updated_at")
        models: dict[int, dict[str, None]] = {each["id"]: {} for each in found}
        lanes = LaneRecord.filter(conversation_id__in=list(models), removed=False, kind=LaneKind.VOICE).order_by(
            "position", "id"
        )
        for conversation_id, model in await lanes.values_list("conversation_id", "model") if models else []:
            models[conversation_id][model] = None
        return [Heading(models=tuple(models[each.pop("id")]), **each) for each in found]

    async def blank(self, who: Person) -> str | None:
        """Return the uid of the newest conversation in which nothing was asked yet, if there is one."""
        blank = ConversationRecord.filter(owner_id=who.id, deleted_at__isnull=True, title="")
        found = await blank.order_by("-id").limit(1).values_list("uid", flat=True)
        return str(found[0]) if found else None

    async def open(self, who: Person, uid: str) -> Conversation:
        """Return the conversation with all lanes, turns and versions."""
        found = await mine(who, uid).values("id", *CONVERSATION)
        if not found:
            raise NotThereError(uid)
        conversation_id = found[0].pop("id")
        conversation = conversation_from(found[0])
        # From the leaves to the root, so that whatever a row read earlier points at is read later.
        versions = await (
            ReplyVersionRecord.filter(reply__turn__conversation_id=conversation_id)
            .order_by("reply_id", "number")
            .values("reply__turn__uid", "reply__lane__uid", "reply__chosen", "context", *REPLY)
        )
        turns = TurnRecord.filter(conversation_id=conversation_id).order_by("position", "id")
        conversation.turns = [turn_from(each) for each in await turns.values(*TURN)]
        lanes = LaneRecord.filter(conversation_id=conversation_id).order_by("position", "id")
        conversation.lanes = [lane_from(each) for each in await lanes.values(*LANE)]
        contexts = read_contexts({each["uid"]: json.loads(each["context"] or "{}") for each in versions})
        by_uid = {turn.uid: turn for turn in conversation.turns}
        for turn_uid, vote in (await votes_on(who, by_uid)).items():
            by_uid[turn_uid].vote = vote
        for version in versions:
            lane_uid, turn = version["reply__lane__uid"], by_uid[version["reply__turn__uid"]]
            reply = reply_from(lane_uid, version)
            reply.context = contexts[reply.uid]
            turn.replies.setdefault(lane_uid, []).append(reply)
            if version["reply__chosen"]:
                turn.chosen[lane_uid] = version["reply__chosen"]
        return conversation

    async def lanes(self, who: Person, uid: str) -> list[Lane]:
        """Return the lanes of a conversation that the next prompt goes to."""
        lanes = LaneRecord.filter(
            conversation__owner_id=who.id, conversation__uid=storable(uid), removed=False, kind=LaneKind.VOICE
        ).order_by("position", "id")
        return [lane_from(each) for each in await lanes.values(*LANE)]

    @in_one_piece
    async def begin(self, who: Person, conversation: Conversation) -> None:
        """Store a new conversation and its lanes."""
        record = await ConversationRecord.create(owner_id=who.id, **row(conversation, CONVERSATION))
        await LaneRecord.bulk_create(
            LaneRecord(owner_id=who.id, conversation_id=record.id, position=position, **row(lane, LANE))
            for position, lane in enumerate(conversation.lanes)
        )

    @in_one_piece
    async def rename(self, who: Person, uid: str, title: str) -> None:
        """Give a conversation another title."""
        demand(await mine(who, uid).update(title=storable(title)), uid)

    @in_one_piece
    async def save_draft(self, who: Person, uid: str, text: str) -> None:
        """Keep what is typed but not sent."""
        demand(await mine(who, uid).update(draft=storable(text)), uid)

    @in_one_piece
    async def delete(self, who: Person, uid: str) -> None:
        """Put a conversation out of sight."""
        demand(await mine(who, uid).update(deleted_at=now()), uid)

    @in_one_piece
    async def restore(self, who: Person, uid: str) -> None:
        """Undo ``delete``."""
        deleted = ConversationRecord.filter(owner_id=who.id, uid=key(uid), deleted_at__isnull=False)
        demand(await deleted.update(deleted_at=None), uid)

    @in_one_piece
    async def add_lane(self, who: Person, conversation_uid: str, lane: Lane) -> None:
        """Put a lane beside the others."""
        conversation_id = await id_of(who, conversation_uid)
        position = await LaneRecord.filter(conversation_id=conversation_id).count()
        await LaneRecord.create(owner_id=who.id, conversation_id=conversation_id, position=position, **row(lane, LANE))

    @in_one_piece
    async def set_lanes(self, who: Person, conversation_uid: str, lanes: Sequence[Lane]) -> None:
        """Store exactly these lanes, in this order; of others nothing is left, so none with answers may be missing."""
        conversation_id = await id_of(who, conversation_uid)
        mine = LaneRecord.filter(conversation_id=conversation_id)
        stored = set(map(str, await mine.values_list("uid", flat=True)))
        for position, lane in enumerate(lanes):
            if lane.uid in stored:
                stored.discard(lane.uid)
                await mine.filter(uid=lane.uid).update(position=position, **row(lane, LANE))
            else:
                await LaneRecord.create(
                    owner_id=who.id, conversation_id=conversation_id, position=position, **row(lane, LANE)
                )
        answered = mine.filter(uid__in=list(stored), replies__isnull=False).values_list("uid", flat=True)
        await mine.filter(uid__in=list(stored.difference(map(str, await answered)))).delete()

    @in_one_piece
    async def change_lane(self, who: Person, conversation_uid: str, lane: Lane) -> None:
        """Store the lane as it is now, removed or not."""
        conversation_id = await id_of(who, conversation_uid)
        changes = row(lane, LANE)
        mine = LaneRecord.filter(conversation_id=conversation_id, uid=key(changes.pop("uid")))
        demand(await mine.update(**changes), lane.uid)

    @in_one_piece
    async def add_turn(
        self,
        who: Person,
        conversation_uid: str,
        turn: Turn,
        *,
        title: str = "",
        contexts: Mapping[str, Context] | None = None,
    ) -> None:
        """Store a prompt and the versions of the replies to it; the conversation becomes the newest, and is named.

        ``contexts`` are those of all replies of the conversation, where the replies come with one.
        """
        conversation_id = await id_of(who, conversation_uid)
        lanes = dict(await LaneRecord.filter(conversation_id=conversation_id).values_list("uid", "id"))
        position = await TurnRecord.filter(conversation_id=conversation_id).count()
        record = await TurnRecord.create(
            owner_id=who.id, conversation_id=conversation_id, position=position, **row(turn, TURN)
        )
        if missing := turn.replies.keys() - lanes.keys():
            raise NotThereError(", ".join(sorted(missing)))
        await ReplyRecord.bulk_create(
            ReplyRecord(
                uid=new_uid(),
                owner_id=who.id,
                turn_id=record.id,
                lane_id=lanes[lane],
                chosen=turn.chosen.get(lane, ""),
            )
            for lane in turn.replies
        )
        replies = dict(await ReplyRecord.filter(turn_id=record.id).values_list("lane_id", "id"))
        await ReplyVersionRecord.bulk_create(
            version
            for lane, versions in turn.replies.items()
            for version in _versions(who, replies[lanes[lane]], 0, versions, contexts)
        )
        changes = {"title": storable(title)} if title else {}
        await ConversationRecord.filter(id=conversation_id).update(updated_at=now(), head=turn.uid, **changes)

    @in_one_piece
    async def add_version(self, who: Person, turn_uid: str, lane_uid: str, reply: ModelReply) -> None:
        """Store another reply of the lane to the turn, by which it stands; the conversation becomes the newest."""
        turns = TurnRecord.filter(owner_id=who.id, uid=key(turn_uid), conversation__deleted_at__isnull=True)
        turn = await turns.first()
        if not turn:
            raise NotThereError(turn_uid)
        lane = await LaneRecord.filter(conversation_id=turn.conversation_id, uid=key(lane_uid)).first()
        if not lane:
            raise NotThereError(lane_uid)
        await ConversationRecord.filter(id=turn.conversation_id).update(updated_at=now())  # others wait from here on
        record, _ = await ReplyRecord.get_or_create(
            {"uid": new_uid(), "owner_id": who.id}, turn_id=turn.id, lane_id=lane.id
        )
        await ReplyRecord.filter(id=record.id).update(chosen="")
        number = await ReplyVersionRecord.filter(reply_id=record.id).count()
        await ReplyVersionRecord.bulk_create(_versions(who, record.id, number, [reply]))

    @in_one_piece
    async def note_context(self, who: Person, reply: ModelReply, contexts: Mapping[str, Context]) -> None:
        """Store what ``reply`` is about to be sent, ``contexts`` being those of the other replies."""
        mine = ReplyVersionRecord.filter(owner_id=who.id, uid=reply.uid)
        await mine.update(context=_context(reply, contexts))

    @in_one_piece
    async def delete_turn(self, who: Person, uid: str, turn_uid: str, *, head: str) -> None:
        """Forget a turn and all answers to it, ``head`` being the last in sight from then on."""
        conversation_id = await id_of(who, uid)
        demand(await TurnRecord.filter(conversation_id=conversation_id, uid=key(turn_uid)).delete(), turn_uid)
        await ConversationRecord.filter(id=conversation_id).update(head=head)

    @in_one_piece
    async def save_settings(self, who: Person, uid: str, settings: ChatSettings) -> None:
        """Keep how a conversation is asked and looked at."""
        demand(await mine(who, uid).update(settings=json.dumps(settings.told())), uid)

    async def keep(self, replies: Sequence[ModelReply]) -> None:
        """Store how far these replies have come, all in one transaction; those that are not stored are left out."""
        if replies:
            await _write([[*row(reply, PROGRESS).values(), reply.uid] for reply in replies])

    @in_one_piece
    async def interrupt_unfinished(self) -> int:
        """Call every reply interrupted that was under way when the last process ended; return how many."""
        unfinished = [state for state in ReplyState if not state.over]
        return await ReplyVersionRecord.filter(state__in=unfinished).update(state=ReplyState.INTERRUPTED)


@in_one_piece
async def _write(rows: list[list[object]]) -> None:
    connection = ReplyVersionRecord._meta.db
    mark = "$" if connection.capabilities.dialect == "postgres" else "?"
    columns = ", ".join(f'"{name}" = {mark}{number}' for number, name in enumerate(PROGRESS, 1))
    table = ReplyVersionRecord._meta.db_table
    await connection.execute_many(f'UPDATE "{table}" SET {columns} WHERE "uid" = {mark}{len(PROGRESS) + 1}', rows)


def _versions(
    who: Person,
    reply_id: int,
    first: int,
    replies: Sequence[ModelReply],
    contexts: Mapping[str, Context] | None = None,
) -> list[ReplyVersionRecord]:
    return [
        ReplyVersionRecord(
            owner_id=who.id,
            reply_id=reply_id,
            number=number,
            context=_context(reply, contexts or {}),
            **row(reply, REPLY),
        )
        for number, reply in enumerate(replies, first)
    ]


def _context(reply: ModelReply, contexts: Mapping[str, Context]) -> str:
    return json.dumps(written(reply.context, contexts), ensure_ascii=False) if reply.context else ""
