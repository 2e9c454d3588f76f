"""What a lane is sent of the turns before: its own answers, the adopted one, the synthesis, or everybody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from omnichat.messages import Message, Role
from services.chats.contexts import Context, ContextMode, Seen
from services.chats.conversations import Conversation, Lane, LaneKind, Turn
from services.chats.replies import ModelReply, Purpose


def context_of(conversation: Conversation, lane: Lane, turn: Turn, mode: ContextMode) -> Context:
    """Return what ``lane`` shall see when it answers ``turn``; a turn that nobody answered for it is left out."""
    before = conversation.path_to(turn)[:-1]
    match mode:
        case ContextMode.ADOPTED:
            return _from_last(conversation, lane, before, {earlier.uid: earlier.adopted for earlier in before})
        case ContextMode.MERGED:
            merged = {earlier.uid: _merged(conversation, earlier) for earlier in before}
            return _from_last(conversation, lane, before, merged)
        case ContextMode.QUOTED:
            return tuple(filter(None, (_quoted(conversation, lane, earlier) for earlier in before)))
        case _:
            return tuple(filter(None, (_own(lane, earlier) for earlier in before)))


def common_context(conversation: Conversation, turn: Turn) -> Context:
    """Return the turns before as a judge sees them: of each the synthesis, else the adopted, else the first answer."""
    seen = []
    for earlier in conversation.path_to(turn)[:-1]:
        answers = (earlier.standing(lane.uid) for lane in conversation.voices)
        first = next((answer.uid for answer in answers if answer), "")
        if uid := _merged(conversation, earlier) or earlier.adopted or first:
            seen.append(Seen(earlier.uid, ((uid, ""),)))
    return tuple(seen)


def messages_of(
    conversation: Conversation, context: Context, prompt: str, system_prompt: str = ""
) -> tuple[Message, ...]:
    """Return the messages that say ``context`` and then ``prompt``; the same whenever they are asked for."""
    said = list[tuple[Role, str]]()
    answers = conversation.every_reply()
    pending = ""
    for seen in context:
        said.append(("user", pending + conversation.turn(seen.turn).prompt))
        pending = ""
        for uid, label in seen.answers:
            if not label:
                said.append(("assistant", answers[uid].text))
        pending = _quotation(seen, answers)
    said.append(("user", pending + prompt))
    opening = [Message.of("system", system_prompt)] if system_prompt else []
    return (*opening, *(Message.of(role, text) for role, text in _alternating(said)))


def _own(lane: Lane, turn: Turn) -> Seen | None:
    reply = turn.standing(lane.uid)
    return Seen(turn.uid, ((reply.uid, ""),)) if reply else None


def _quoted(conversation: Conversation, lane: Lane, turn: Turn) -> Seen | None:
    own = _own(lane, turn)
    others = tuple(
        (reply.uid, other.name or other.model)
        for other in conversation.voices
        if other.uid != lane.uid and (reply := turn.standing(other.uid))
    )
    answers = (*(own.answers if own else ()), *others)
    return Seen(turn.uid, answers) if answers else None


def _from_last(conversation: Conversation, lane: Lane, before: Sequence[Turn], chosen: Mapping[str, str]) -> Context:
    """Go on from the last chosen answer with all that it had seen, then with the lane's own answers since."""
    answers = conversation.every_reply()
    for at in range(len(before) - 1, -1, -1):
        reply = answers.get(chosen[before[at].uid])
        if reply:
            since = filter(None, (_own(lane, later) for later in before[at + 1 :]))
            led = (seen for seen in reply.context if seen.turn != before[at].uid)  # a judge saw this turn's answers
            return (*led, Seen(before[at].uid, ((reply.uid, ""),)), *since)
    return tuple(filter(None, (_own(lane, earlier) for earlier in before)))


def _merged(conversation: Conversation, turn: Turn) -> str:
    """Return the uid of the newest synthesis of ``turn`` that has words, or nothing."""
    judges = [lane.uid for lane in conversation.lanes if lane.kind is LaneKind.JUDGE]
    done = [reply for judge in judges for reply in turn.replies.get(judge, ()) if _is_synthesis(reply)]
    return max(done, key=lambda reply: reply.uid).uid if done else ""


def _is_synthesis(reply: ModelReply) -> bool:
    return reply.purpose in {Purpose.FUSE, Purpose.CUSTOM} and reply.state.over and bool(reply.text)


def _quotation(seen: Seen, answers: Mapping[str, ModelReply]) -> str:
    quoted = [f"{label} answered:\n{answers[uid].text}\n\n" for uid, label in seen.answers if label]
    return "".join(quoted)


def _alternating(said: Sequence[tuple[Role, str]]) -> Iterator[tuple[Role, str]]:
    """Join what one side says twice running, since many providers refuse that."""
    waiting: tuple[Role, str] | None = None
    for role, text in said:
        if waiting and waiting[0] == role:
            waiting = (role, f"{waiting[1]}\n\n{text}")
        else:
            if waiting:
                yield waiting
            waiting = (role, text)
    if waiting:
        yield waiting
