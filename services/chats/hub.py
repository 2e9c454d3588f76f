"""All answers being given right now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TypeAlias

from omnichat.deltas import Delta, TextDelta, ThinkingDelta
from omnichat.errors import OmniChatError, ProviderError
from services.chats.replies import ModelReply, ReplyState
from services.people.person import NotAllowedError

log = logging.getLogger(__name__)

BEAT = 1.0  # seconds
LONGEST = 8_000_000  # characters of one answer: a shelf of books, or a model that does not end

Keep: TypeAlias = Callable[[Sequence[ModelReply]], Awaitable[None]]


class EndlessAnswerError(OmniChatError):
    """An answer grew beyond all use and was cut."""

    def __init__(self) -> None:
        super().__init__(f"The answer was cut after {LONGEST:,} characters.")


class ReplyStream:
    """One writer, any number of watchers.

    A watcher always sees the whole answer so far. One that is slow, or comes late, misses frames but never text.
    """

    def __init__(
        self, reply: ModelReply, deltas: AsyncGenerator[Delta, None], on_change: Callable[[str], None]
    ) -> None:
        self.reply = reply
        self._waiting: list[asyncio.Future[None]] = []
        self._version = 0
        self._on_change = on_change
        self._ending = ReplyState.STOPPED
        self._size = 0
        self._task = asyncio.create_task(self._fill(deltas), name=f"reply {reply.uid}")
        self._task.add_done_callback(self._end)

    def stop(self, ending: ReplyState = ReplyState.STOPPED) -> None:
        """Cut the answer short and keep what it has."""
        self._ending = ending
        self._task.cancel()

    def note(self) -> None:
        """Let watchers see what changed without a word being said."""
        self._version += 1
        self._wake_watchers()

    async def over(self) -> None:
        """Return when the answer is over."""
        await asyncio.wait([self._task])

    async def watch(self, *, every: float = 0.08) -> AsyncGenerator[ModelReply, None]:
        """Yield the reply at once and after each change, at most once per ``every`` seconds, until it is over.

        While it waits for a moment that is known, it is yielded once a second too.
        """
        seen = -1
        while not self.reply.state.over:
            if seen == self._version:
                news = asyncio.get_running_loop().create_future()
                self._waiting.append(news)
                await asyncio.wait([news], timeout=BEAT if self.reply.seconds_left else None)
            seen = self._version
            if not self.reply.state.over:
                yield self.reply
                await asyncio.sleep(every)
        yield self.reply

    async def _fill(self, deltas: AsyncGenerator[Delta, None]) -> None:
        async with aclosing(deltas):
            async for delta in deltas:
                self.reply.apply(delta)
                self._size += len(delta.text) if isinstance(delta, TextDelta | ThinkingDelta) else 0
                if self._size > LONGEST:
                    raise EndlessAnswerError
                self._wake()

    def _end(self, task: asyncio.Task[None]) -> None:
        reply = self.reply
        reply.tick()
        if task.cancelled():
            reply.state = self._ending
        elif error := task.exception():
            reply.state = ReplyState.FAILED
            reply.failure, reply.error = type(error).__name__, _words(error)
            reply.retry_after = error.retry_after if isinstance(error, ProviderError) else None
            if not isinstance(error, OmniChatError | NotAllowedError):
                log.error("reply %s broke", reply.uid, exc_info=error)
        else:
            reply.state = ReplyState.DONE
        self._wake()

    def _wake(self) -> None:
        self._version += 1
        self._on_change(self.reply.uid)
        self._wake_watchers()

    def _wake_watchers(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for news in waiting:
                if not news.done():
                    news.set_result(None)


class StreamHub:
    """Run streams apart from whoever watches them, and put their text on disk at least once per ``every`` seconds."""

    def __init__(self, keep: Keep, *, every: float = 0.8) -> None:
        self._keep = keep
        self._every = every
        self._streams: dict[str, ReplyStream] = {}
        self._dirty: set[str] = set()
        self._ended = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    def start(self, reply: ModelReply, deltas: AsyncGenerator[Delta, None]) -> ReplyStream:
        """Begin to fill ``reply`` and return the stream to watch."""
        stream = self._streams[reply.uid] = ReplyStream(reply, deltas, self._note)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write(), name="checkpoints")
        return stream

    def find(self, reply_uid: str) -> ReplyStream | None:
        """Return the stream running under ``reply_uid``, if there is one."""
        return self._streams.get(reply_uid)

    @property
    def waiting(self) -> int:
        """How many of those that run have no word yet."""
        return sum(stream.reply.state is ReplyState.WAITING for stream in self._streams.values())

    @property
    def running(self) -> int:
        """How many answers are being given."""
        return sum(not stream.reply.state.over for stream in self._streams.values())

    async def drain(self, seconds: float) -> None:
        """Wait at most ``seconds`` for running answers, then interrupt the rest; return when all are on disk."""
        if not await self._settled(seconds):
            for stream in self._streams.values():
                stream.stop(ReplyState.INTERRUPTED)
            if not await self._settled(5):
                log.error("%d answers could not be written before the end", len(self._streams))

    async def _settled(self, seconds: float) -> bool:
        """Return whether every answer was over and on disk within ``seconds``."""
        if self._writer is None:
            return True
        done, _ = await asyncio.wait([self._writer], timeout=seconds)
        return bool(done)

    def _note(self, uid: str) -> None:
        self._dirty.add(uid)
        if self._streams[uid].reply.state.over:
            self._ended.set()

    async def _write(self) -> None:
        """Checkpoint until no stream is left; an ending does not wait for the next beat."""
        while self._streams:
            try:
                async with asyncio.timeout(self._every):
                    await self._ended.wait()
            except TimeoutError:
                pass
            self._ended.clear()
            await self._checkpoint()
        self._writer = None

    async def _checkpoint(self) -> None:
        dirty, self._dirty = self._dirty, set()
        replies = [self._streams[uid].reply for uid in dirty]
        try:
            await self._keep(replies)
        except Exception:
            log.exception("%d answers could not be written; trying again", len(replies))
            self._dirty |= dirty
            await asyncio.sleep(self._every)
        else:
            for reply in replies:
                if reply.state.over and reply.uid not in self._dirty:
                    del self._streams[reply.uid]


def _words(error: BaseException) -> str:
    return str(error) if isinstance(error, OmniChatError | NotAllowedError) else "Something broke on our side."
