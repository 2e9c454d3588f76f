"""A new conversation out of one that is there."""

from __future__ import annotations

from dataclasses import replace

from services.chats.archive import Archive
from services.chats.chats import Chats
from services.chats.contexts import Context, Seen
from services.chats.conversations import Conversation, NotThereError, Turn
from services.chats.replies import ModelReply, new_uid
from services.people.person import Person


class Forking:
    """Copies share nothing with what they are made of: changing one never changes the other."""

    def __init__(self, archive: Archive, chats: Chats) -> None:
        self._archive = archive
        self._chats = chats

    async def fork(self, who: Person, uid: str, reply_uid: str) -> Conversation:
        """Return a new conversation with all that led to this answer, which is adopted in it; it is on disk."""
        source = await self._chats.open(who, uid)
        turn = next((each for each in source.turns if _holds(each, reply_uid)), None)
        if turn is None:
            raise NotThereError(reply_uid)
        copy = _Copy(source, turn, reply_uid).conversation
        await self._archive.begin(who, copy)
        contexts = {uid: reply.context for uid, reply in copy.every_reply().items()}
        for each in copy.turns:
            await self._archive.add_turn(who, copy.uid, each, contexts=contexts)
        return await self._chats.open(who, copy.uid)


class _Copy:
    def __init__(self, source: Conversation, last: Turn, adopted: str) -> None:
        self._new: dict[str, str] = {}
        self._adopted = adopted
        path = source.path_to(last)
        lanes = [replace(lane, uid=self._named(lane.uid)) for lane in source.lanes]
        turns = [self._turn(turn, last=turn is last) for turn in path]
        for turn in turns:
            for versions in turn.replies.values():
                for reply in versions:
                    reply.context = self._context(reply.context)
        self.conversation = Conversation(title=source.title, lanes=lanes, turns=turns, head=turns[-1].uid)

    def _named(self, uid: str) -> str:
        return self._new.setdefault(uid, new_uid()) if uid else ""

    def _turn(self, turn: Turn, *, last: bool) -> Turn:
        replies = {
            self._named(lane): [copy for copy in map(self._reply, versions) if copy]
            for lane, versions in turn.replies.items()
        }
        return replace(
            turn,
            uid=self._named(turn.uid),
            parent=self._named(turn.parent),
            adopted=self._named(self._adopted if last else turn.adopted),
            chosen={self._named(lane): self._named(uid) for lane, uid in turn.chosen.items()},
            vote=None,
            replies={lane: versions for lane, versions in replies.items() if versions},
        )

    def _reply(self, reply: ModelReply) -> ModelReply | None:
        """Return a copy of an answer that is over; one under way stays where it is."""
        if not reply.state.over:
            return None
        return reply.copy(uid=self._named(reply.uid), lane_uid=self._named(reply.lane_uid))

    def _context(self, context: Context) -> Context:
        return tuple(
            Seen(self._named(seen.turn), tuple((self._named(uid), label) for uid, label in seen.answers))
            for seen in context
        )


def _holds(turn: Turn, reply_uid: str) -> bool:
    return any(reply.uid == reply_uid for versions in turn.replies.values() for reply in versions)
