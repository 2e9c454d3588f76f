"""A model's answer: what it holds, and how it fills."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from uuid_utils import uuid7

from omnichat.deltas import Delta, FinishDelta, FinishReason, TextDelta, ThinkingDelta, ToolCallDelta, UsageDelta
from services.chats.contexts import Context
from services.models.parameters import Parameters


def new_uid() -> str:
    """Return a fresh UUIDv7, which sorts by the time it was made."""
    return str(UUID(int=uuid7().int))


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class ReplyState(StrEnum):
    """Where an answer is on its way."""

    WAITING = "waiting"
    STREAMING = "streaming"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self not in {ReplyState.WAITING, ReplyState.STREAMING}


class Purpose(StrEnum):
    """What a reply is for: to answer the prompt, or to judge the answers."""

    ANSWER = ""
    FUSE = "fuse"
    COMPARE = "compare"
    CHECKLIST = "checklist"
    CUSTOM = "custom"


class Rating(IntEnum):
    """Thumbs down, none, thumbs up."""

    DOWN = -1
    NONE = 0
    UP = 1


@dataclass(slots=True, kw_only=True, eq=False)
class ModelReply:
    """What one model said to one prompt, so far: one version of the reply of one lane.

    ``context`` is what it was sent of the turns before. A judge is sent ``task`` in place of the prompt.
    ``remark`` says why it was rated so. ``unticked`` are the points, counted from 0, of a judge's list that are not to
    be merged. One that is ``veiled`` is shown only to whoever asks to see it.
    ``place`` is that in the line before a limit, 0 for none; ``until`` when the provider is asked again, by the
    monotonic clock in seconds.

    ``first_token`` and ``duration`` are seconds since the request was sent. ``failure`` names the class of the error
    that ended a failed reply, ``error`` is what the provider said of it, ``retry_after`` its wish in seconds.
    """

    uid: str = field(default_factory=new_uid)
    lane_uid: str
    model: str
    parameters: Parameters = field(default_factory=Parameters)
    context: Context = ()
    purpose: Purpose = Purpose.ANSWER
    task: str = ""
    rating: Rating = Rating.NONE
    remark: str = ""
    unticked: frozenset[int] = frozenset()
    created_at: datetime = field(default_factory=now)
    state: ReplyState = ReplyState.WAITING
    finish: FinishReason | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    thinking_tokens: int = 0
    first_token: float | None = None
    duration: float | None = None
    failure: str = ""
    error: str = ""
    retry_after: float | None = None
    pieces: int = 0
    veiled: bool = False
    place: int = 0
    until: float = 0.0
    _asked: float = field(default_factory=time.monotonic)
    _before: tuple[float, int] = (0.0, 0)
    _text: list[str] = field(default_factory=list)
    _thinking: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The answer so far."""
        return _joined(self._text)

    @text.setter
    def text(self, value: str) -> None:
        self._text = [value]

    @property
    def thinking(self) -> str:
        """The reasoning so far."""
        return _joined(self._thinking)

    @thinking.setter
    def thinking(self, value: str) -> None:
        self._thinking = [value]

    @property
    def seconds_left(self) -> int:
        """How many seconds it is until the provider is asked again, 0 if nothing is waited for."""
        return max(math.ceil(self.until - time.monotonic()), 0) if self.state is ReplyState.WAITING else 0

    @property
    def speed(self) -> float | None:
        """Tokens per second after the first one, as the provider counted them, else one a piece."""
        if self.duration is None or self.first_token is None or self.duration - self.first_token < 0.05:
            return None
        return (self.output_tokens or self.pieces) / (self.duration - self.first_token)

    def copy(self, *, uid: str, lane_uid: str) -> ModelReply:
        """Return the same answer under another name."""
        return replace(
            self, uid=uid, lane_uid=lane_uid, _text=[self.text], _thinking=[self.thinking], _before=self._before
        )

    def ask(self) -> None:
        """Start the clock: the request leaves now."""
        self._asked = time.monotonic()

    def reopen(self) -> None:
        """Make ready to go on with an answer that was over; its figures will count on."""
        self._before = (self.duration or 0.0, self.output_tokens)
        self.state, self.finish, self.failure, self.error, self.retry_after = ReplyState.WAITING, None, "", "", None

    def tick(self) -> None:
        """Take the time."""
        self.duration = self._before[0] + time.monotonic() - self._asked

    def apply(self, delta: Delta) -> None:
        """Take in the next piece."""
        self.tick()
        if self.state is ReplyState.WAITING:
            self.state = ReplyState.STREAMING
            self.first_token = self.duration if self.first_token is None else self.first_token
        match delta:
            case TextDelta(text):
                self._text.append(text)
                self.pieces += 1
            case ThinkingDelta(text):
                self._thinking.append(text)
                self.pieces += 1
            case UsageDelta():
                self.input_tokens, self.output_tokens = delta.input_tokens, self._before[1] + delta.output_tokens
                self.cached_tokens, self.thinking_tokens = delta.cached_tokens, delta.thinking_tokens
            case FinishDelta(reason):
                self.finish = reason
            case ToolCallDelta():
                pass  # the page offers no tools yet, so none is called


def _joined(parts: list[str]) -> str:
    if len(parts) > 1:
        parts[:] = ["".join(parts)]
    return parts[0] if parts else ""
