"""One answer out of many: a judge fuses them, compares them, or lists what they say."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from services.chats.asking import Asking
from services.chats.chats import Chats
from services.chats.contexts import Context, Seen
from services.chats.conversations import Conversation, Lane, LaneKind, NotThereError, Turn
from services.chats.covers import shown_lanes
from services.chats.estimates import Estimate, PriceOf, estimate, price
from services.chats.histories import common_context, messages_of
from services.chats.replies import ModelReply, Purpose, ReplyState
from services.people.person import Person
from services.people.rules import Feature, KnowsRules

FEWEST = 2
LONGEST_TASK = 20_000
POINT = re.compile(r"\s*(?:[-*•]|\d+[.)])\s+(?P<words>.*?)(?:\s*\((?P<letters>[A-Z](?:,\s*[A-Z])*)\))?[.\s]*")
BYTES_A_TOKEN = 4
LABEL = "Answer "
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


@dataclass(frozen=True, slots=True)
class Point:
    """Something that answers say; ``letters`` are those of the answers that say it."""

    words: str
    letters: tuple[str, ...] = ()


class NotEnoughError(ValueError):
    """There are not two answers yet that a judge could look at."""


class Synthesis:
    """A judge is a lane of its own kind: its words stream, are kept, stopped, retried and adopted as any lane's are."""

    def __init__(self, chats: Chats, asking: Asking, rules: KnowsRules, price_of: PriceOf = lambda _: None) -> None:
        self._chats = chats
        self._rules = rules
        self._asking = asking
        self._price_of = price_of

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
        Raise ``NotEnoughError`` without two answers, ``NotAllowedError`` for what the person's group may not use.
        """
        access = await self._rules.rules_of(who)
        access.demand(Feature.SYNTHESIS)
        access.demand_model(model)
        conversation = await self._chats.open(who, uid)
        turn = conversation.turn(turn_uid)
        answers = answers_to(conversation, turn)
        if len(answers) < FEWEST:
            raise NotEnoughError("Two answers are needed before they can be brought together.")
        random.shuffle(answers)
        judge = await self._judge(who, conversation, model)
        reply = ModelReply(
            lane_uid=judge.uid,
            model=model,
            parameters=judge.parameters,
            purpose=purpose,
            task=_task(purpose, words, points),
            context=_context(conversation, turn, answers),
        )
        await self._asking.add(who, conversation, turn, reply)
        return reply

    async def again(self, who: Person, uid: str, turn_uid: str, reply_uid: str) -> ModelReply:
        """Let the judge look at the same answers once more; what it said before is kept."""
        conversation = await self._chats.open(who, uid)
        turn = conversation.turn(turn_uid)
        versions = next((each for each in syntheses(conversation, turn) if reply_uid in {r.uid for r in each}), [])
        if not versions:
            raise NotThereError(reply_uid)
        former = next(reply for reply in versions if reply.uid == reply_uid)
        if not versions[-1].state.over:
            return versions[-1]
        judge = conversation.lane(former.lane_uid)
        reply = ModelReply(
            lane_uid=judge.uid,
            model=judge.model,
            parameters=judge.parameters,
            purpose=former.purpose,
            task=former.task,
            context=former.context,
        )
        await self._asking.add(who, conversation, turn, reply)
        return reply

    def estimate(
        self, conversation: Conversation, turn: Turn, purpose: Purpose, model: str, words: str = ""
    ) -> Estimate:
        """Return about what it takes to let ``model`` judge the answers to a turn as they are now."""
        answers = answers_to(conversation, turn)
        context = _context(conversation, turn, answers)
        lengths = [reply.output_tokens or len(reply.text) // BYTES_A_TOKEN for reply in answers]
        messages = messages_of(conversation, context, _task(purpose, words, ()))
        judge = Lane(model=model, name=model, kind=LaneKind.JUDGE)
        return estimate(judge, messages, sum(lengths) // max(len(lengths), 1), self._price_of)

    def cost(self, reply: ModelReply) -> float | None:
        """Return about what a reply cost in US dollars, None while nobody counted or where no price is known."""
        counts = reply.input_tokens, reply.output_tokens, reply.cached_tokens
        return price(self._price_of(reply.model), *counts) if any(counts) else None

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


def left_out(conversation: Conversation, turn: Turn) -> list[Lane]:
    """Return the lanes, as they may be shown, that were asked but have no answer to be judged."""
    judged = {reply.lane_uid for reply in answers_to(conversation, turn)}
    return [lane for lane in shown_lanes(conversation, turn) if lane.uid not in judged]


def syntheses(conversation: Conversation, turn: Turn) -> list[list[ModelReply]]:
    """Return what judges said to the turn, in the order they were asked; the same task for the same judge is one."""
    found = dict[tuple[str, Purpose, str], list[ModelReply]]()
    judges = [lane.uid for lane in conversation.lanes if lane.kind is LaneKind.JUDGE]
    for reply in (reply for judge in judges for reply in turn.replies.get(judge, ())):
        found.setdefault((reply.lane_uid, reply.purpose, reply.task), []).append(reply)
    return sorted(found.values(), key=lambda versions: versions[0].uid)


def legend(conversation: Conversation, turn: Turn, reply: ModelReply) -> list[tuple[str, Lane]]:
    """Return which letter stood for which lane when a judge read the answers, the lanes as they may be shown."""
    shown = {lane.uid: lane for lane in shown_lanes(conversation, turn)}
    lanes = {each.uid: shown[uid] for uid, versions in turn.replies.items() if uid in shown for each in versions}
    seen = reply.context[-1].answers if reply.context else ()
    return [(label.removeprefix(LABEL), lanes[uid]) for uid, label in seen if uid in lanes]


def own_words(reply: ModelReply) -> str:
    """Return the task that a judge was given in somebody's own words, or nothing."""
    return reply.task.removeprefix(INTRODUCTION) if reply.purpose is Purpose.CUSTOM else ""


def points_in(text: str) -> list[Point]:
    """Return the points of a judge's list, one a line that begins with a dash, a star or a number."""
    found = (POINT.fullmatch(line) for line in text.splitlines())
    return [
        Point(match["words"], tuple(re.findall("[A-Z]", match["letters"] or "")))
        for match in found
        if match and match["words"]
    ]


def _context(conversation: Conversation, turn: Turn, answers: Sequence[ModelReply]) -> Context:
    labels = (f"{LABEL}{letter}" for letter in ascii_uppercase)
    seen = Seen(turn.uid, tuple((reply.uid, label) for reply, label in zip(answers, labels, strict=False)))
    return (*common_context(conversation, turn), seen)


def _task(purpose: Purpose, words: str, points: Sequence[str]) -> str:
    if points:
        return (INTRODUCTION + MERGE + "\n".join(f"- {point}" for point in points))[:LONGEST_TASK]
    return INTRODUCTION + (TASKS.get(purpose) or words.strip()[:LONGEST_TASK])
