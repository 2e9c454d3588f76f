"""What was said, by whom, in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.chats.ballots import Vote
from services.chats.chat_settings import ChatSettings
from services.chats.contexts import ContextMode
from services.chats.replies import ModelReply, ReplyState, new_uid, now
from services.models.parameters import Parameters


class NotThereError(LookupError):
    """There is no such thing, or it belongs to somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a lane looks that wears a persona: two letters on a hue, or a picture of ours; empty, as its model looks."""

    letters: str = ""
    hue: str = ""
    picture: str = ""


class LaneKind(StrEnum):
    """Whether a lane answers prompts, or judges the answers of others."""

    VOICE = "voice"
    JUDGE = "judge"


@dataclass(slots=True, kw_only=True)
class Lane:
    """One voice in a conversation: a model with a name and settings of its own; a model may hold several.

    ``persona`` is the uid of the one it wears, if any: name, look and parameters are a copy made when it was put on.
    """

    uid: str = field(default_factory=new_uid)
    model: str
    name: str
    parameters: Parameters = field(default_factory=Parameters)
    persona: str = ""
    look: Look = field(default_factory=Look)
    kind: LaneKind = LaneKind.VOICE
    removed: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Turn:
    """One prompt and what every lane answered; ``replies`` holds all versions by lane, the newest last.

    ``parent`` is the uid of the turn before it, empty for a first one: a prompt that is worded anew gets a turn beside
    the old one. ``adopted`` is the uid of the answer to go on from, ``chosen`` that of the version a lane stands by.
    ``vote`` says which answer the person found better.
    """

    uid: str = field(default_factory=new_uid)
    parent: str = ""
    prompt: str
    context_mode: ContextMode = ContextMode.OWN
    adopted: str = ""
    chosen: dict[str, str] = field(default_factory=dict)
    vote: Vote | None = None
    created_at: datetime = field(default_factory=now)
    replies: dict[str, list[ModelReply]] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether an answer is still being given."""
        return any(not reply.state.over for versions in self.replies.values() for reply in versions)

    def newest(self, lane_uid: str) -> ModelReply | None:
        """Return the version asked for last, whatever became of it."""
        versions = self.replies.get(lane_uid)
        return versions[-1] if versions else None

    def standing(self, lane_uid: str) -> ModelReply | None:
        """Return the version that the lane remembers: the one chosen, else the newest; over, and with words."""
        versions = [reply for reply in self.replies.get(lane_uid, ()) if reply.state.over and reply.text]
        chosen = self.chosen.get(lane_uid)
        return next((reply for reply in versions if reply.uid == chosen), versions[-1] if versions else None)


@dataclass(slots=True, kw_only=True)
class Heading:
    """A conversation as the list shows it; ``models`` are those of its lanes."""

    uid: str
    title: str
    updated_at: datetime
    models: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True, weakref_slot=True, eq=False)
class Conversation:
    """Lanes in their order, and turns as they were asked, which form a tree; ``head`` is the last turn in sight."""

    uid: str = field(default_factory=new_uid)
    title: str = ""
    draft: str = ""
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    head: str = ""
    settings: ChatSettings = field(default_factory=ChatSettings)
    lanes: list[Lane] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    @property
    def voices(self) -> list[Lane]:
        """The lanes that answer prompts, those put away included."""
        return [lane for lane in self.lanes if lane.kind is LaneKind.VOICE]

    @property
    def active_lanes(self) -> list[Lane]:
        """The lanes that the next prompt goes to."""
        return [lane for lane in self.voices if not lane.removed]

    @property
    def path(self) -> list[Turn]:
        """The turns in sight, from the first to the head."""
        return self.path_to(self.turn(self.head)) if self.head else []

    @property
    def queued(self) -> list[Turn]:
        """The last turns in sight whose answers wait, all of them, for earlier ones or in a line."""
        found = list[Turn]()
        for turn in reversed(self.path):
            replies = {lane: versions[-1] for lane, versions in turn.replies.items()}
            if not replies or any(reply.state is not ReplyState.WAITING or reply.text for reply in replies.values()):
                break
            if not any(reply.place or self.busy_before(turn, self.lane(lane)) for lane, reply in replies.items()):
                break
            found.append(turn)
        return found[::-1]

    def path_to(self, turn: Turn) -> list[Turn]:
        """Return the turns from the first of its branch to ``turn``."""
        by_uid = {each.uid: each for each in self.turns}
        path = [turn]
        while path[-1].parent:
            path.append(by_uid[path[-1].parent])
        return path[::-1]

    def siblings(self, turn: Turn) -> list[Turn]:
        """Return ``turn`` and its other wordings, in the order they were asked."""
        return [each for each in self.turns if each.parent == turn.parent]

    def newest_below(self, turn: Turn) -> Turn:
        """Return the turn asked last in the branch that ``turn`` begins."""
        below = {turn.uid}
        newest = turn
        for each in self.turns:
            if each.parent in below:
                below.add(each.uid)
                newest = each
        return newest

    def failed(self, turn: Turn) -> list[Lane]:
        """Return the lanes whose last answer to ``turn`` failed; a judge is none of them, for it answers no prompt."""
        newest = [(lane, turn.newest(lane.uid)) for lane in self.voices]
        return [lane for lane, reply in newest if reply and reply.state is ReplyState.FAILED]

    def every_reply(self) -> dict[str, ModelReply]:
        """Return all versions of all replies, by uid."""
        return {reply.uid: reply for turn in self.turns for versions in turn.replies.values() for reply in versions}

    def lane(self, uid: str) -> Lane:
        """Return the lane with that uid; raise ``NotThereError`` when there is none."""
        for lane in self.lanes:
            if lane.uid == uid:
                return lane
        raise NotThereError(uid)

    def turn(self, uid: str) -> Turn:
        """Return the turn with that uid; raise ``NotThereError`` when there is none."""
        for turn in self.turns:
            if turn.uid == uid:
                return turn
        raise NotThereError(uid)

    def was_seen(self, reply: ModelReply) -> bool:
        """Return whether another reply was given in view of this one."""
        return any(
            uid == reply.uid
            for other in self.every_reply().values()
            for seen in other.context
            for uid, _ in seen.answers
        )

    def awaited(self, turn: Turn, lane: Lane) -> list[ModelReply]:
        """Return the answers still being given that ``lane`` has to know before it answers ``turn``."""
        own = turn.context_mode is ContextMode.OWN
        return [
            reply
            for earlier in self.path_to(turn)[:-1]
            for uid, versions in earlier.replies.items()
            for reply in versions
            if (uid == lane.uid or not own) and not reply.state.over
        ]

    def busy_before(self, turn: Turn, lane: Lane) -> int | None:
        """Return the number of the first earlier turn that ``lane`` has to wait for, counted from 1."""
        awaited = {reply.uid for reply in self.awaited(turn, lane)}
        for number, earlier in enumerate(self.path_to(turn)[:-1], 1):
            if any(reply.uid in awaited for versions in earlier.replies.values() for reply in versions):
                return number
        return None
