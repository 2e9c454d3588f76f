from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from omnichat.deltas import Delta, TextDelta, UsageDelta
from omnichat.errors import RateLimitError
from services.chats.hub import ReplyStream, StreamHub
from services.chats.replies import ModelReply, ReplyState


class Disk:
    """Remember what was kept, and fail as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.kept: dict[str, tuple[str, ReplyState]] = {}
        self.batches: list[int] = []
        self.failures = failures

    async def keep(self, replies: Sequence[ModelReply]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        self.batches.append(len(replies))
        self.kept |= {reply.uid: (reply.text, reply.state) for reply in replies}


def a_reply() -> ModelReply:
    return ModelReply(lane_uid="lane", model="fake/one")


async def speech(*steps: Delta | Exception | asyncio.Event) -> AsyncGenerator[Delta, None]:
    for step in steps:
        if isinstance(step, Exception):
            raise step
        if isinstance(step, asyncio.Event):
            await step.wait()
        else:
            yield step


async def over(stream: ReplyStream) -> ModelReply:
    async for _ in stream.watch(every=0):
        pass
    return stream.reply


async def test_an_answer_is_kept_when_it_is_over_without_waiting_for_the_next_beat() -> None:
    disk = Disk()
    hub = StreamHub(disk.keep, every=60)
    reply = await over(hub.start(a_reply(), speech(TextDelta("Hel"), TextDelta("lo"), UsageDelta(3, 2))))
    await hub.drain(5)
    assert (reply.text, reply.state, reply.output_tokens) == ("Hello", ReplyState.DONE, 2)
    assert disk.kept == {reply.uid: ("Hello", ReplyState.DONE)}
    assert hub.find(reply.uid) is None


async def test_text_is_on_disk_while_the_answer_is_still_being_given() -> None:
    gate, disk = asyncio.Event(), Disk()
    written = asyncio.Event()

    async def keep(replies: Sequence[ModelReply]) -> None:
        await disk.keep(replies)
        written.set()

    hub = StreamHub(keep, every=0.01)
    stream = hub.start(a_reply(), speech(TextDelta("half"), gate, TextDelta(" whole")))
    await written.wait()
    assert disk.kept[stream.reply.uid] == ("half", ReplyState.STREAMING)
    gate.set()
    await hub.drain(5)
    assert disk.kept[stream.reply.uid] == ("half whole", ReplyState.DONE)


async def test_all_dirty_answers_are_written_together() -> None:
    gate, disk = asyncio.Event(), Disk()
    hub = StreamHub(disk.keep, every=60)
    for _ in range(8):
        hub.start(a_reply(), speech(TextDelta("x"), gate))
    await asyncio.sleep(0)
    gate.set()
    await hub.drain(5)
    assert sum(disk.batches) == 8
    assert len(disk.batches) <= 2


async def test_a_late_watcher_sees_the_whole_text_so_far_and_then_the_rest() -> None:
    gate = asyncio.Event()
    hub = StreamHub(Disk().keep)
    stream = hub.start(a_reply(), speech(TextDelta("one "), TextDelta("two "), gate, TextDelta("three")))
    first = stream.watch(every=0)
    await anext(first)
    await anext(first)
    late = [(await anext(stream.watch(every=0))).text]
    gate.set()
    late.append((await over(stream)).text)
    assert late == ["one two ", "one two three"]
    await hub.drain(5)


async def test_stopping_one_keeps_its_text_and_leaves_the_other_alone() -> None:
    gate, disk = asyncio.Event(), Disk()
    hub = StreamHub(disk.keep)
    stopped = hub.start(a_reply(), speech(TextDelta("cut"), gate))
    other = hub.start(a_reply(), speech(TextDelta("go"), gate, TextDelta("es on")))
    await anext(stopped.watch(every=0))
    await asyncio.sleep(0)
    stopped.stop()
    assert (await over(stopped)).state is ReplyState.STOPPED
    gate.set()
    assert (await over(other)).text == "goes on"
    await hub.drain(5)
    assert disk.kept[stopped.reply.uid] == ("cut", ReplyState.STOPPED)


async def test_stopping_before_the_first_step_still_ends_the_watchers() -> None:
    hub = StreamHub(Disk().keep)
    stream = hub.start(a_reply(), speech(asyncio.Event()))
    stream.stop()
    assert (await over(stream)).state is ReplyState.STOPPED
    await hub.drain(5)


async def test_a_failure_is_named_with_what_the_provider_wishes() -> None:
    hub = StreamHub(Disk().keep)
    error = RateLimitError("slow down", provider="groq", retry_after=12)
    reply = await over(hub.start(a_reply(), speech(TextDelta("some"), error)))
    assert (reply.state, reply.failure, reply.retry_after) == (ReplyState.FAILED, "RateLimitError", 12)
    assert (reply.text, reply.error) == ("some", "groq: slow down")
    await hub.drain(5)


async def test_a_fault_of_our_own_shows_no_inner_words(caplog: pytest.LogCaptureFixture) -> None:
    hub = StreamHub(Disk().keep)
    reply = await over(hub.start(a_reply(), speech(KeyError("secret path"))))
    assert (reply.state, reply.error) == (ReplyState.FAILED, "Something broke on our side.")
    assert "secret path" in caplog.text
    await hub.drain(5)


async def test_draining_waits_then_interrupts_and_keeps_what_there_is() -> None:
    disk = Disk()
    hub = StreamHub(disk.keep)
    stream = hub.start(a_reply(), speech(TextDelta("far from done"), asyncio.Event()))
    await anext(stream.watch(every=0))
    await hub.drain(0.05)
    assert disk.kept[stream.reply.uid] == ("far from done", ReplyState.INTERRUPTED)
    assert hub.running == 0


async def test_nothing_is_lost_when_the_disk_fails_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    disk = Disk(failures=2)
    hub = StreamHub(disk.keep, every=0.01)
    reply = await over(hub.start(a_reply(), speech(TextDelta("kept in the end"))))
    await hub.drain(5)
    assert disk.kept == {reply.uid: ("kept in the end", ReplyState.DONE)}
    assert "could not be written" in caplog.text


async def test_eight_lanes_of_five_thousand_deltas_lose_nothing_and_keep_their_order() -> None:
    disk = Disk()
    hub = StreamHub(disk.keep, every=0.01)

    async def count(lane: int) -> AsyncGenerator[Delta, None]:
        for number in range(5000):
            yield TextDelta(f"{lane}:{number} ")
            if number % 50 == 0:
                await asyncio.sleep(0)

    streams = [hub.start(a_reply(), count(lane)) for lane in range(8)]
    await asyncio.gather(*map(over, streams))
    await hub.drain(5)
    for lane, stream in enumerate(streams):
        expected = "".join(f"{lane}:{number} " for number in range(5000))
        assert disk.kept[stream.reply.uid] == (expected, ReplyState.DONE)
