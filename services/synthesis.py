"""One answer out of many: a judge fuses them, compares them, or lists what they say."""

from __future__ import annotations

import random
from collections.abc import Sequence
from string import ascii_uppercase

from services.asking import Asking
from services.chats import Chats
from services.contexts import Seen
from services.conversations import Conversation, Lane, LaneKind, Turn
from services.histories import common_context
from services.people import Person
from services.replies import ModelReply, Purpose, ReplyState

FEWEST = 2
LONGEST_TASK = 20_000
ANSWERED = {ReplyState.DONE, ReplyState.STOPPED, ReplyState.INTERRUPTED}
INTRODUCTION = (
    "Above are answers of different assistants to the same message. You do not know who gave which; judge what they "
    "say, not how long they are or in which order they stand. "
)
TASKS = {
    Purpose.FUSE: (
        "Write the best single answer to the message: take what is right and useful from each, solve contradictions by "
        "what is most likely true, and leave out what is wrong. Answer directly; do not mention the answers."
    ),
    Purpose.COMPARE: (
        "Compare the answers. Choose the four to six criteria that matter most for this message. Reply with a Markdown "
        "table: one row a criterion, one column an answer, each cell a score from 1 to 10; a last row with the totals. "
        "Below the table say in at most three sentences which answer is best and why."
    ),
    Purpose.CHECKLIST: (
        "List the distinct points that the answers make, the most useful first, at most fifteen. Each is one line "
        "that begins with '- ' and ends with the letters of the answers that make it, such as (A, C). Write no more."
    ),
}
MERGE = (
    "Write one answer to the message that makes exactly these points, well ordered and without naming the answers:\n"
)


class NotEnoughError(ValueError):
    """There are not two answers yet that a judge could look at."""


class Synthesis:
    """A judge is a lane of its own kind: its words stream, are kept, stopped, retried and adopted as any lane's are."""

    def __init__(self, chats: Chats, asking: Asking) -> None:
        self._chats = chats
        self._asking = asking

    async def begin(
        self,
        who: Person,
        uid: str,
        turn_uid: str,
        purpose: Purpose,
        model: str,
        *,
        words: str = "",
        points: Sequence[str] = (),
    ) -> ModelReply:
        """Let ``model`` judge the answers to a turn, shuffled and without names; those that failed are left out.

        ``words`` are the task where it is the person's own; ``points`` are those of a list that are to be merged.
        Raise ``NotEnoughError`` without two answers.
        """
        conversation = await self._chats.open(who, uid)
        turn = conversation.turn(turn_uid)
        answers = answers_to(conversation, turn)
        if len(answers) < FEWEST:
            raise NotEnoughError("Two answers are needed before they can be brought together.")
        random.shuffle(answers)
        labels = [f"Answer {letter}" for letter in ascii_uppercase]
        seen = Seen(turn.uid, tuple((reply.uid, label) for reply, label in zip(answers, labels, strict=False)))
        judge = await self._judge(who, conversation, model)
        reply = ModelReply(
            lane_uid=judge.uid,
            model=model,
            parameters=judge.parameters,
            purpose=purpose,
            task=_task(purpose, words, points),
            context=(*common_context(conversation, turn), seen),
        )
        await self._asking.add(who, conversation, turn, reply)
        return reply

    async def _judge(self, who: Person, conversation: Conversation, model: str) -> Lane:
        for lane in conversation.lanes:
            if lane.kind is LaneKind.JUDGE and lane.model == model:
                return lane
        lane = Lane(model=model, name=model.rpartition("/")[2] or model, kind=LaneKind.JUDGE)
        await self._chats.add_lane(who, conversation.uid, lane)
        return lane


def answers_to(conversation: Conversation, turn: Turn) -> list[ModelReply]:
    """Return the answers to a turn that can be judged: by lane the one that stands."""
    standing = (turn.standing(lane.uid) for lane in conversation.voices)
    return [reply for reply in standing if reply and reply.state in ANSWERED][: len(ascii_uppercase)]


def points_in(text: str) -> list[str]:
    """Return the points of a judge's list, one a line that begins with a dash, a star or a number."""
    lines = (line.strip() for line in text.splitlines())
    marked = (line.lstrip("-*•0123456789.) ").strip() for line in lines if line[:1] in set("-*•0123456789"))
    return [point for point in marked if point]


def _task(purpose: Purpose, words: str, points: Sequence[str]) -> str:
    if points:
        return INTRODUCTION + MERGE + "\n".join(f"- {point}" for point in points)
    return INTRODUCTION + (TASKS.get(purpose) or words.strip()[:LONGEST_TASK])
