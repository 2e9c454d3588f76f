"""Words that admins do not want are flagged, blurred or blocked, in every lane by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from omnichat.deltas import TextDelta, ThinkingDelta
from omnichat.errors import ServerError
from services.chats.replies import ModelReply, ReplyState
from services.moderation.moderation import Moderation
from services.moderation.policy import Deed, ModerationPolicy, cleaned
from services.moderation.reviews import Decision, Reviews
from services.people.audit import Audit
from services.people.person import NotAllowedError, Person, Role
from services.records.review import FlagRecord
from tests.fakes import says
from tests.services.office import Office, an_office, answer


class Judge:
    """Finds fault with texts that hold its word, or cannot be reached."""

    def __init__(self, word: str = "", *, broken: bool = False) -> None:
        self.word = word
        self.broken = broken
        self.asked: list[str] = []

    async def __call__(self, model: str, text: str) -> Sequence[str]:
        self.asked.append(text)
        if self.broken:
            raise ServerError("down", provider="judge")
        return ["violence"] if self.word and self.word in text else []


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(tmp_path) as office:
        yield office


def moderate(office: Office, policy: ModerationPolicy, judge: Judge | None = None) -> Reviews:
    async def read() -> ModerationPolicy:
        return policy

    reviews = Reviews(office.chats, office.archive, Audit(), office.news)
    office.let_speak(office.speaker, Moderation(read, judge or Judge(), reviews))
    return reviews


def words(*listed: str, **deeds: Deed) -> ModerationPolicy:
    return ModerationPolicy(words=listed, **deeds)


@pytest.mark.parametrize(
    ("listed", "text", "found"),
    [
        ("bomb", "Build a BOMB.", ("bomb",)),
        ("bomb", "bombastic", ()),
        ("bomb*", "Bombs and bombers", ("bombs", "bombers")),
        ("two words", "these Two\n words", ("two\n words",)),
        ("straße", "STRASSE", ("strasse",)),
        ("ｆｕｌｌ", "full", ("full",)),
        ("a.b", "acb a.b", ("a.b",)),
        ("c++", "I like C++!", ("c++",)),
        (
            "bo\nbomb\nbomb*\nbomb bay\nbond",
            "bo bomb bombs bomb\tbay bond bon",
            ("bo", "bomb", "bombs", "bomb\tbay", "bond"),
        ),
        ("\n".join("a" * length for length in range(1, 101)), f"{'a' * 101} {'a' * 100}", ("a" * 100,)),
    ],
)
def test_a_listed_word_is_found_in_any_case_as_a_word(listed: str, text: str, found: tuple[str, ...]) -> None:
    assert ModerationPolicy(words=cleaned(listed)).found_in(text) == found


@pytest.mark.parametrize("typed", ["*", "x" * 101, "\n".join(map(str, range(2001)))])
def test_a_list_that_makes_no_sense_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"line|list"):
        cleaned(typed)


def test_a_list_is_kept_without_doubles_and_blanks() -> None:
    assert cleaned(" Bomb \n\nbomb\n  two   words ") == ("bomb", "two words")


async def test_a_blocked_prompt_reaches_no_lane(office: Office) -> None:
    reviews = moderate(office, words("bomb", prompts=Deed.BLOCK))
    chat = await office.chat(a=says("Yes"), b=says("No"))
    turn = await office.ask(chat, "A bomb, please")
    assert office.speaker.heard == []
    for name in "ab":
        reply = answer(chat, turn, name)
        assert (reply.state, reply.failure) == (ReplyState.FAILED, "BlockedPromptError")
    (flag,) = await reviews.all(office.who)
    assert (flag.reasons, flag.excerpt, flag.reply, flag.deed) == (("bomb",), "A bomb, please", "", Deed.BLOCK)


async def test_what_a_lane_is_told_beside_the_prompt_is_looked_at_in_that_lane(office: Office) -> None:
    moderate(office, words("bomb", prompts=Deed.BLOCK))
    chat = await office.chat(a=says("Yes"), b=says("No"))
    lane = chat.lanes[1]
    await office.chats.change_lane(
        office.who, chat.uid, replace(lane, parameters=replace(lane.parameters, system_prompt="Speak of a bomb."))
    )
    turn = await office.ask(chat, "Hello")
    assert answer(chat, turn, "a").text == "Yes"
    assert answer(chat, turn, "b").failure == "BlockedPromptError"


async def test_a_flagged_prompt_is_sent_and_noted_once(office: Office) -> None:
    reviews = moderate(office, words("bomb", prompts=Deed.FLAG))
    chat = await office.chat(a=says("Yes"), b=says("No"))
    turn = await office.ask(chat, "A bomb, please")
    assert answer(chat, turn, "a").text == "Yes"
    assert await reviews.waiting(office.who) == 1


async def test_a_blocked_answer_ends_at_the_word_and_is_kept_nowhere_but_in_the_queue(office: Office) -> None:
    reviews = moderate(office, words("secret word", answers=Deed.BLOCK))
    chat = await office.chat(a=says("It is the ", "sec", "ret w", "ord", " and more"), b=says("Fine"))
    turn = await office.ask(chat, "Tell")
    reply = answer(chat, turn, "a")
    assert (reply.text, reply.state, reply.failure) == ("", ReplyState.FAILED, "BlockedAnswerError")
    assert answer(chat, turn, "b").text == "Fine"
    stored = await office.stored(chat)
    assert answer(stored, stored.turns[0], "a").text == ""
    (flag,) = await reviews.all(office.who)
    assert flag.excerpt == "It is the secret word"


async def test_thinking_is_looked_at_too(office: Office) -> None:
    moderate(office, words("bomb", answers=Deed.BLOCK))
    chat = await office.chat(a=[ThinkingDelta("I could build a bomb"), *says("No.")])
    turn = await office.ask(chat, "Tell")
    reply = answer(chat, turn, "a")
    assert (reply.thinking, reply.failure) == ("", "BlockedAnswerError")


async def test_a_blurred_answer_is_whole_and_veiled_also_on_disk(office: Office) -> None:
    moderate(office, ModerationPolicy(answers=Deed.BLUR, model="judge/m"), Judge("blood"))
    chat = await office.chat(a=says("Much ", "blood"))
    turn = await office.ask(chat, "Tell")
    assert (answer(chat, turn, "a").text, answer(chat, turn, "a").veiled) == ("Much blood", True)
    stored = await office.stored(chat)
    assert answer(stored, stored.turns[0], "a").veiled


async def test_an_answer_that_is_stopped_does_not_escape(office: Office) -> None:
    gate = asyncio.Event()
    reviews = moderate(office, ModerationPolicy(answers=Deed.BLOCK, model="judge/m"), Judge("blood"))
    chat = await office.chat(a=[TextDelta("Much blood"), gate])
    turn = await office.asking.ask(office.who, chat.uid, "Tell")
    stream = office.hub.find(answer(chat, turn, "a").uid)
    assert stream
    async for reply in stream.watch(every=0):
        if reply.text:
            break
    stream.stop()
    await office.settle()
    assert office.answering.moderation
    await office.answering.moderation.close()
    stored = await office.stored(chat)
    assert answer(stored, stored.turns[0], "a").text == ""
    assert await reviews.waiting(office.who) == 1


async def test_one_prompt_for_many_lanes_is_judged_once(office: Office) -> None:
    judge = Judge()
    moderate(office, ModerationPolicy(prompts=Deed.BLOCK, model="judge/m"), judge)
    chat = await office.chat(a=says("Yes"), b=says("No"), c=says("Perhaps"))
    await office.ask(chat, "Hello")
    assert judge.asked == ["Hello"]


@pytest.mark.parametrize(("deed", "failure"), [(Deed.BLOCK, "UncheckedError"), (Deed.FLAG, "")])
async def test_a_judge_out_of_reach_stops_only_what_has_to_be_checked(office: Office, deed: Deed, failure: str) -> None:
    moderate(office, ModerationPolicy(prompts=deed, model="judge/m"), Judge(broken=True))
    chat = await office.chat(a=says("Yes"))
    turn = await office.ask(chat, "Hello")
    assert answer(chat, turn, "a").failure == failure


async def flagged(office: Office, deed: Deed) -> tuple[Reviews, ModelReply]:
    reviews = moderate(office, words("blood", answers=deed))
    chat = await office.chat(a=says("Much blood"))
    turn = await office.ask(chat, "Tell")
    reply = answer(chat, turn, "a")
    (flag,) = await reviews.all(office.who)
    await reviews.decide(office.who, flag.uid, Decision.FINE if deed is Deed.BLUR else Decision.REMOVED)
    assert await reviews.waiting(office.who) == 0
    (decided,) = await reviews.all(office.who, decided=True)
    assert decided.decided_by == office.who.name
    return reviews, reply


async def test_an_admin_lifts_the_veil(office: Office) -> None:
    _, reply = await flagged(office, Deed.BLUR)
    assert (reply.veiled, reply.text) == (False, "Much blood")


async def test_an_admin_takes_an_answer_away(office: Office) -> None:
    _, reply = await flagged(office, Deed.FLAG)
    assert reply.text == ""


async def test_only_admins_see_the_queue(office: Office) -> None:
    reviews, _ = await flagged(office, Deed.FLAG)
    user = Person(id=office.who.id, uid=office.who.uid, name="me", role=Role.USER)
    uid = str((await FlagRecord.all().values_list("uid", flat=True))[0])
    for attempt in (reviews.waiting(user), reviews.all(user), reviews.decide(user, uid, Decision.REMOVED)):
        with pytest.raises(NotAllowedError):
            await attempt
