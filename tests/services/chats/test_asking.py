from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from omnichat.deltas import FinishDelta, FinishReason, TextDelta, UsageDelta
from omnichat.errors import RateLimitError
from services.chats.answering import GO_ON
from services.chats.asking import EmptyPromptError
from services.chats.chats import MOST_LANES, TooManyLanesError
from services.chats.conversations import Lane, NotThereError
from services.chats.hub import ReplyStream
from services.chats.replies import ModelReply, ReplyState
from services.models.parameters import Parameters
from services.people.person import Person
from services.rates import Kind, Rates, TooOftenError
from tests.fakes import says
from tests.services.office import Office, an_office, answer

STRANGER = Person(id=999, uid="somebody-else", name="Somebody else")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Office, None]:
    async with an_office(tmp_path) as office:
        yield office


async def begun(office: Office, reply: ModelReply) -> ReplyStream:
    """Return the stream of an answer as soon as it has words."""
    stream = office.asking.stream(reply)
    assert stream
    async for so_far in stream.watch(every=0):
        if so_far.text:
            break
    return stream


async def test_one_prompt_is_answered_by_every_lane_and_kept(office: Office) -> None:
    chat = await office.chat(one=says("I am ", "one"), two=says("I am two"))
    await office.ask(chat, "  Who are you?\n")
    stored = await office.stored(chat)
    turn = stored.turns[0]
    assert (turn.prompt, stored.title) == ("Who are you?", "Who are you?")
    assert {answer(stored, turn, name).text for name in ("one", "two")} == {"I am one", "I am two"}
    assert all(versions[-1].state is ReplyState.DONE for versions in turn.replies.values())


async def test_whoever_asks_too_often_waits_and_nothing_is_begun(office: Office) -> None:
    chat = await office.chat(one=says("ok"))
    turn = await office.ask(chat, "Hi")
    lane = chat.lanes[0].uid
    office.rates = Rates({Kind.SEND: "1/minute"})
    await office.rates.check(Kind.SEND, office.who.uid)
    for attempt in (
        office.asking.ask(office.who, chat.uid, "Again"),
        office.asking.again(office.who, chat.uid, turn.uid, lane),
        office.asking.go_on(office.who, chat.uid, turn.uid, lane),
        office.asking.backfill(office.who, chat.uid, lane),
    ):
        with pytest.raises(TooOftenError):
            await attempt
    assert len(office.speaker.heard) == 1
    assert [len(each.replies[lane]) for each in (await office.stored(chat)).turns] == [1]


async def test_one_lane_failing_leaves_the_other_alone(office: Office) -> None:
    chat = await office.chat(good=says("ok"), bad=[RateLimitError("slow down", provider="fake")])
    turn = await office.ask(chat, "Hi")
    good, bad = answer(chat, turn, "good"), answer(chat, turn, "bad")
    assert (good.text, good.state) == ("ok", ReplyState.DONE)
    assert (bad.failure, bad.state) == ("RateLimitError", ReplyState.FAILED)


async def test_each_lane_is_sent_its_own_history_and_instructions_only(office: Office) -> None:
    chat = await office.chat(one=says("from one"), two=says("from two"))
    await office.chats.change_lane(
        office.who, chat.uid, replace(chat.lanes[0], parameters=Parameters(system_prompt="Be brief.", temperature=0.3))
    )
    await office.ask(chat, "First")
    await office.ask(chat, "Second")
    one, two = office.speaker.requests_to("one")[-1], office.speaker.requests_to("two")[-1]
    assert [(m.role, m.text) for m in one.messages] == [
        ("system", "Be brief."),
        ("user", "First"),
        ("assistant", "from one"),
        ("user", "Second"),
    ]
    assert [m.text for m in two.messages] == ["First", "from two", "Second"]
    assert (one.temperature, two.temperature) == (0.3, None)


async def test_one_model_may_hold_two_lanes_that_do_not_mix(office: Office) -> None:
    office.speaker.scripts["fake/same"] = says("echo")
    lanes = [
        Lane(model="fake/same", name=name, parameters=Parameters(temperature=heat))
        for name, heat in (("A", 0.1), ("B", 0.9))
    ]
    chat = await office.chats.begin(office.who, lanes)
    await office.ask(chat, "Hi")
    assert [request.temperature for request in office.speaker.heard] == [0.1, 0.9]
    assert len((await office.stored(chat)).turns[0].replies) == 2


async def test_a_prompt_sent_meanwhile_waits_for_its_own_lane_only(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(slow=[TextDelta("slow answer"), gate], quick=says("quick answer"))
    await office.asking.ask(office.who, chat.uid, "First")
    second = await office.asking.ask(office.who, chat.uid, "Second")
    quick = office.asking.stream(answer(chat, second, "quick"))
    assert quick
    await quick.over()
    assert answer(chat, second, "slow").state is ReplyState.WAITING
    gate.set()
    await office.settle()
    assert [m.text for m in office.speaker.requests_to("slow")[-1].messages] == ["First", "slow answer", "Second"]


async def test_a_lane_added_later_answers_from_the_next_prompt_on(office: Office) -> None:
    chat = await office.chat(early=says("early"))
    await office.ask(chat, "First")
    office.speaker.scripts["fake/late"] = says("late")
    await office.chats.add_lane(office.who, chat.uid, Lane(model="fake/late", name="late"))
    await office.ask(chat, "Second")
    stored = await office.stored(chat)
    assert [len(turn.replies) for turn in stored.turns] == [1, 2]
    assert [m.text for m in office.speaker.requests_to("late")[-1].messages] == ["Second"]


async def test_a_lane_put_away_keeps_its_answers_and_is_not_asked_again(office: Office) -> None:
    chat = await office.chat(stays=says("a"), goes=says("b"))
    await office.ask(chat, "First")
    await office.chats.change_lane(office.who, chat.uid, replace(chat.lanes[1], removed=True))
    await office.ask(chat, "Second")
    stored = await office.stored(chat)
    assert answer(stored, stored.turns[0], "goes").text == "b"
    assert [len(turn.replies) for turn in stored.turns] == [2, 1]


async def test_asking_again_keeps_what_was_said_before(office: Office) -> None:
    chat = await office.chat(one=says("first try"))
    turn = await office.ask(chat, "Hi")
    office.speaker.scripts["fake/one"] = says("second try")
    await office.asking.again(office.who, chat.uid, turn.uid, chat.lanes[0].uid)
    await office.settle()
    stored = await office.stored(chat)
    assert [reply.text for reply in stored.turns[0].replies[chat.lanes[0].uid]] == ["first try", "second try"]


async def test_a_failed_second_try_does_not_take_the_first_out_of_the_history(office: Office) -> None:
    chat = await office.chat(one=says("good"))
    turn = await office.ask(chat, "First")
    office.speaker.scripts["fake/one"] = [RateLimitError("no", provider="fake")]
    await office.asking.again(office.who, chat.uid, turn.uid, chat.lanes[0].uid)
    await office.settle()
    await office.ask(chat, "Second")
    assert [m.text for m in office.speaker.heard[-1].messages] == ["First", "good", "Second"]


async def test_stopping_closes_the_way_to_the_model_and_keeps_the_text(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(one=[TextDelta("as far as this"), gate], two=[TextDelta("on"), gate])
    turn = await office.asking.ask(office.who, chat.uid, "Go")
    stream = await begun(office, answer(chat, turn, "one"))
    await office.asking.stop(office.who, chat.uid, turn.uid, chat.lanes[0].uid)
    await stream.over()
    assert office.speaker.closed == ["fake/one"]
    assert answer(chat, turn, "two").state is not ReplyState.STOPPED
    gate.set()
    await office.settle()
    stored = await office.stored(chat)
    assert (answer(stored, stored.turns[0], "one").text, answer(stored, stored.turns[0], "two").text) == (
        "as far as this",
        "on",
    )


async def test_stop_all_stops_every_lane_of_the_turn(office: Office) -> None:
    chat = await office.chat(one=[asyncio.Event()], two=[asyncio.Event()])
    turn = await office.asking.ask(office.who, chat.uid, "Go")
    await office.asking.stop(office.who, chat.uid, turn.uid)
    await office.settle()
    assert {versions[-1].state for versions in turn.replies.values()} == {ReplyState.STOPPED}


async def test_after_a_crash_an_answer_is_interrupted_and_goes_on_with_one_click(office: Office) -> None:
    chat = await office.chat(one=[TextDelta("Once upon"), asyncio.Event()])
    turn = await office.asking.ask(office.who, chat.uid, "Tell")
    stream = await begun(office, answer(chat, turn, "one"))
    stream.stop(ReplyState.INTERRUPTED)
    await office.settle()
    office.speaker.scripts["fake/one"] = [TextDelta(" a time"), FinishDelta(FinishReason.STOP)]
    await office.asking.go_on(office.who, chat.uid, turn.uid, chat.lanes[0].uid)
    await office.settle()
    stored = await office.stored(chat)
    assert answer(stored, stored.turns[0], "one").text == "Once upon a time"
    assert [message.text for message in office.speaker.heard[-1].messages] == ["Tell", "Once upon", GO_ON]


async def test_a_model_that_takes_up_its_own_last_words_is_not_told_to_go_on(office: Office) -> None:
    chat = await office.chat(one=[TextDelta("Once upon"), FinishDelta(FinishReason.LENGTH)])
    turn = await office.ask(chat, "Tell")
    office.speaker.continuing.add("fake/one")
    await office.asking.go_on(office.who, chat.uid, turn.uid, chat.lanes[0].uid)
    await office.settle()
    assert [message.text for message in office.speaker.heard[-1].messages] == ["Tell", "Once upon"]


async def test_an_empty_prompt_and_a_chat_without_lanes_are_refused(office: Office) -> None:
    with pytest.raises(EmptyPromptError):
        await office.asking.ask(office.who, (await office.chat(one=says("x"))).uid, " \n ")
    with pytest.raises(EmptyPromptError):
        await office.asking.ask(office.who, (await office.chat()).uid, "Hi")


async def test_nobody_reaches_another_persons_chat_by_any_id(office: Office) -> None:
    chat = await office.chat(one=says("mine"))
    turn = await office.ask(chat, "Hi")
    lane = chat.lanes[0].uid
    for attempt in (
        office.chats.open(STRANGER, chat.uid),
        office.chats.rename(STRANGER, chat.uid, "Yours"),
        office.chats.delete(STRANGER, chat.uid),
        office.chats.change_lane(STRANGER, chat.uid, chat.lanes[0]),
        office.chats.save_draft(STRANGER, chat.uid, "x"),
        office.asking.ask(STRANGER, chat.uid, "Hi"),
        office.asking.again(STRANGER, chat.uid, turn.uid, lane),
        office.asking.stop(STRANGER, chat.uid, turn.uid),
    ):
        with pytest.raises(NotThereError):
            await attempt
    other = await office.chat(two=says("other"))
    with pytest.raises(NotThereError):
        await office.asking.again(office.who, other.uid, turn.uid, lane)


async def test_a_chat_opened_by_another_desk_shows_the_running_answer_live(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(one=[TextDelta("so far"), gate])
    turn = await office.asking.ask(office.who, chat.uid, "Go")
    again = await office.another_desk().open(office.who, chat.uid)
    assert answer(again, again.turns[0], "one") is answer(chat, turn, "one")
    gate.set()
    await office.settle()


async def test_a_chat_opened_while_its_answer_is_written_down_does_not_show_it_as_running(office: Office) -> None:
    gate = asyncio.Event()
    chat = await office.chat(one=[TextDelta("all of it"), gate])
    turn = await office.asking.ask(office.who, chat.uid, "Go")
    await begun(office, answer(chat, turn, "one"))
    office.archive.before_answering = office.finish(gate)
    again = await office.another_desk().open(office.who, chat.uid)
    assert answer(again, again.turns[0], "one").state is ReplyState.DONE


async def test_two_clicks_on_ask_again_ask_once(office: Office) -> None:
    chat = await office.chat(one=says("first"))
    turn = await office.ask(chat, "Hi")
    lane = chat.lanes[0].uid
    await asyncio.gather(*(office.asking.again(office.who, chat.uid, turn.uid, lane) for _ in range(2)))
    await office.settle()
    assert len((await office.stored(chat)).turns[0].replies[lane]) == 2
    assert len(office.speaker.heard) == 2


async def test_figures_count_on_when_a_cut_answer_goes_on(office: Office) -> None:
    chat = await office.chat(one=[TextDelta("Once"), UsageDelta(5, 100), FinishDelta(FinishReason.LENGTH)])
    turn = await office.ask(chat, "Tell")
    office.speaker.scripts["fake/one"] = [TextDelta(" more"), UsageDelta(105, 7), FinishDelta(FinishReason.STOP)]
    await office.asking.go_on(office.who, chat.uid, turn.uid, chat.lanes[0].uid)
    await office.settle()
    stored = await office.stored(chat)
    reply = answer(stored, stored.turns[0], "one")
    assert (reply.text, reply.output_tokens, reply.finish) == ("Once more", 107, FinishReason.STOP)


async def test_the_blank_chat_stays_one_until_it_is_asked_and_the_next_asks_the_same_models(office: Office) -> None:
    first = await office.chats.blank(office.who)
    assert (await office.chats.blank(office.who)).uid == first.uid
    assert await office.chats.headings(office.who) == []
    office.speaker.scripts |= {"fake/first": says("a"), "fake/extra": says("b")}
    extra = Lane(model="fake/extra", name="Extra", parameters=Parameters(temperature=0.5))
    await office.chats.add_lane(office.who, first.uid, extra)
    await office.ask(first, "Hi")
    following = await office.chats.blank(office.who)
    assert following.uid != first.uid
    lanes = [(lane.model, lane.parameters.temperature) for lane in following.lanes]
    assert lanes == [("fake/first", None), ("fake/extra", 0.5)]
    assert [heading.uid for heading in await office.chats.headings(office.who)] == [first.uid]


async def test_a_deleted_chat_is_gone_until_it_is_restored(office: Office) -> None:
    chat = await office.chat(one=says("keep me"))
    await office.ask(chat, "Hi")
    await office.chats.delete(office.who, chat.uid)
    with pytest.raises(NotThereError):
        await office.chats.open(office.who, chat.uid)
    assert await office.chats.headings(office.who) == []
    await office.chats.restore(office.who, chat.uid)
    restored = await office.chats.open(office.who, chat.uid)
    assert answer(restored, restored.turns[0], "one").text == "keep me"


async def test_a_chat_holds_at_most_twenty_four_lanes(office: Office) -> None:
    chat = await office.chat(**{f"m{number}": says("x") for number in range(MOST_LANES)})
    with pytest.raises(TooManyLanesError):
        await office.chats.add_lane(office.who, chat.uid, Lane(model="fake/more", name="More"))
    first = chat.lanes[0]
    await office.chats.change_lane(office.who, chat.uid, replace(first, removed=True))
    await office.chats.add_lane(office.who, chat.uid, Lane(model="fake/more", name="More"))
    with pytest.raises(TooManyLanesError):
        await office.chats.change_lane(office.who, chat.uid, first)


async def test_whoever_watches_a_chat_hears_of_each_change(office: Office) -> None:
    chat = await office.chat(one=says("x"))
    watching = office.chats.watch(office.who, chat.uid)
    await anext(watching)
    change = asyncio.create_task(anext(watching))
    await asyncio.sleep(0)
    await office.chats.rename(office.who, chat.uid, "Another title")
    await asyncio.wait_for(change, 1)
    await watching.aclose()
    assert chat.title == "Another title"
