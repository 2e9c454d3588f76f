"""What was said, by whom, in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from omnichat.messages import Message
from services.parameters import Parameters
from services.replies import ModelReply, new_uid, now


class NotThereError(LookupError):
    """There is no such thing, or it belongs to somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a lane looks that wears a persona: two letters on a hue, or a picture of ours; empty, as its model looks."""

    letters: str = ""
    hue: str = ""
    picture: str = ""


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
    removed: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Turn:
    """One prompt and what every lane answered; ``replies`` holds all versions by lane, the newest last."""

    uid: str = field(default_factory=new_uid)
    prompt: str
    context_mode: str = "own"
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
        """Return the version that the lane remembers: the newest that is over and has words."""
        versions = self.replies.get(lane_uid, [])
        return next((reply for reply in reversed(versions) if reply.state.over and reply.text), None)


@dataclass(slots=True, kw_only=True)
class Heading:
    """A conversation as the list shows it; ``models`` are those of its lanes."""

    uid: str
    title: str
    updated_at: datetime
    models: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True, weakref_slot=True, eq=False)
class Conversation:
    """Lanes and turns, in order; each lane sees only its own answers."""

    uid: str = field(default_factory=new_uid)
    title: str = ""
    draft: str = ""
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = field(default_factory=now)
    lanes: list[Lane] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    @property
    def active_lanes(self) -> list[Lane]:
        """The lanes that the next prompt goes to."""
        return [lane for lane in self.lanes if not lane.removed]

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

    def busy_before(self, turn: Turn, lane: Lane) -> int | None:
        """Return the number of the first earlier turn that ``lane`` has still to answer, counted from 1."""
        for number, earlier in enumerate(self.turns[: self.turns.index(turn)], 1):
            if any(not reply.state.over for reply in earlier.replies.get(lane.uid, ())):
                return number
        return None

    def history(self, lane: Lane, turn: Turn, system_prompt: str) -> tuple[Message, ...]:
        """Return what ``lane`` is sent to answer ``turn``: its own prompts and answers before, then the prompt.

        A turn that the lane did not answer, or answered with nothing, is left out, prompt and all.
        """
        messages = [Message.of("system", system_prompt)] if system_prompt else []
        for earlier in self.turns[: self.turns.index(turn)]:
            if reply := earlier.standing(lane.uid):
                messages += [Message.of("user", earlier.prompt), Message.of("assistant", reply.text)]
        return (*messages, Message.of("user", turn.prompt))
