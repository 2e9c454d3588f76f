"""Looking at prompts before they are sent, and at answers as they come."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import fields
from typing import Final, Protocol

from omnichat.deltas import Delta, TextDelta, ThinkingDelta
from omnichat.endpoint_answers import Categories, ModerationCreateResponse
from omnichat.errors import OmniChatError
from services.moderation.policy import LONGEST_WORD, Deed, ModerationPolicy
from services.moderation.reviews import Case, Reviews
from services.together import Together

log = logging.getLogger(__name__)
NOT_CHECKED: Final = "could not be checked"
REMEMBERED: Final = 200  # texts whose judgement is not asked for again: one prompt goes to many lanes


class BlockedPromptError(OmniChatError):
    """The rules of this place do not let a prompt be sent."""

    def __init__(self) -> None:
        super().__init__("The rules of this place do not let this prompt be sent.")


class BlockedAnswerError(OmniChatError):
    """The rules of this place do not let an answer be shown."""

    def __init__(self) -> None:
        super().__init__("The rules of this place do not let this answer be shown.")


class UncheckedError(OmniChatError):
    """What has to be checked could not be, so it is not let through."""

    def __init__(self) -> None:
        super().__init__("The model that checks texts here does not answer.")


class Judge(Protocol):
    """Whoever asks a moderation model."""

    async def __call__(self, model: str, text: str) -> Sequence[str]:
        """Return the names of what is wrong with ``text``; raise an ``OmniChatError`` when that cannot be told."""


class Moderation:
    """Apply the policy to every lane by itself, whichever door its prompt came through."""

    def __init__(
        self,
        policy: Callable[[], Awaitable[ModerationPolicy]],
        judge: Judge,
        reviews: Reviews,
    ) -> None:
        self._policy = Together[None, ModerationPolicy](lambda _: policy())
        self._judge = judge
        self._reviews = reviews
        self._judging: dict[tuple[str, str], asyncio.Task[Sequence[str]]] = {}
        self._late: set[asyncio.Task[None]] = set()

    async def watch_over(
        self, case: Case, texts: Sequence[str], answer: AsyncGenerator[Delta, None]
    ) -> AsyncGenerator[Delta, None]:
        """Return the pieces of an ``answer`` to come, as they may be seen, when these ``texts`` may be sent.

        Raise ``BlockedPromptError`` or ``UncheckedError`` when they may not; the pieces end with a
        ``BlockedAnswerError`` or an ``UncheckedError`` when an answer may not be seen.
        """
        policy = await self._policy(None)
        await self._check_prompt(case, policy, texts)
        return answer if policy.answers is Deed.NONE else self._watched(case, policy, answer)

    async def _check_prompt(self, case: Case, policy: ModerationPolicy, texts: Sequence[str]) -> None:
        if policy.prompts is Deed.NONE:
            return
        words = "\n\n".join(filter(None, texts))
        if not (reasons := await self._reasons(policy, policy.prompts, words)):
            return
        await self._reviews.note(case, policy.prompts, reasons, words, answer=False)
        if policy.prompts is Deed.BLOCK:
            raise UncheckedError if reasons == (NOT_CHECKED,) else BlockedPromptError

    async def _watched(
        self, case: Case, policy: ModerationPolicy, deltas: AsyncGenerator[Delta, None]
    ) -> AsyncGenerator[Delta, None]:
        ended = False
        async with aclosing(deltas):
            try:
                async for delta in self._sifted(case, policy, deltas):
                    yield delta
                ended = True
                await self._check_answer(case, policy)
            finally:
                if not ended and (case.reply.text or case.reply.thinking):
                    self._check_later(case, policy)

    async def _sifted(
        self, case: Case, policy: ModerationPolicy, deltas: AsyncGenerator[Delta, None]
    ) -> AsyncGenerator[Delta, None]:
        """Yield the pieces until one completes a listed word."""
        tail, found = "", False
        async for delta in deltas:
            yield delta
            if isinstance(delta, TextDelta | ThinkingDelta) and policy.words and not found:
                tail += delta.text
                if reasons := policy.found_in(tail):
                    found = True
                    await self._act(case, policy.answers, reasons)
                tail = tail[-2 * LONGEST_WORD :]

    async def _check_answer(self, case: Case, policy: ModerationPolicy) -> None:
        words = f"{case.reply.thinking}\n\n{case.reply.text}".strip()
        if policy.answers is Deed.NONE or not words:
            return
        if reasons := await self._reasons(policy, policy.answers, words):
            await self._act(case, policy.answers, reasons)

    async def _act(self, case: Case, deed: Deed, reasons: tuple[str, ...]) -> None:
        reply = case.reply
        await self._reviews.note(case, deed, reasons, reply.text or reply.thinking, answer=True)
        if deed is Deed.BLUR:
            reply.veiled = True
        elif deed is Deed.BLOCK:
            reply.text = reply.thinking = ""
            raise UncheckedError if reasons == (NOT_CHECKED,) else BlockedAnswerError

    async def _reasons(self, policy: ModerationPolicy, deed: Deed, text: str) -> tuple[str, ...]:
        if found := policy.found_in(text):
            return found
        if not policy.model:
            return ()
        try:
            return tuple(await self._judged(policy.model, text))
        except OmniChatError as error:
            log.warning("%s could not check a text: %s", policy.model, error)
            return (NOT_CHECKED,) if deed is Deed.BLOCK else ()

    async def _judged(self, model: str, text: str) -> Sequence[str]:
        """Ask once for the same text, however many lanes it goes to."""
        key = model, text
        if key not in self._judging:
            if len(self._judging) >= REMEMBERED:
                self._judging.pop(next(iter(self._judging)))
            self._judging[key] = asyncio.ensure_future(self._judge(model, text))
        try:
            return await asyncio.shield(self._judging[key])
        except OmniChatError:
            self._judging.pop(key, None)
            raise

    def _check_later(self, case: Case, policy: ModerationPolicy) -> None:
        """Check what came before somebody pressed Stop, which does not wait for it."""
        if policy.answers is Deed.NONE:
            return
        task = asyncio.create_task(self._late_check(case, policy), name=f"moderation {case.reply.uid}")
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _late_check(self, case: Case, policy: ModerationPolicy) -> None:
        before = case.reply.text, case.reply.veiled
        try:
            await self._check_answer(case, policy)
        except OmniChatError as error:
            log.info("An answer was taken away after it was stopped: %s", error)
        if before != (case.reply.text, case.reply.veiled):
            await self._reviews.keep(case)

    async def close(self) -> None:
        """Let the last checks end."""
        while self._late:
            await asyncio.wait(self._late)
        for task in self._judging.values():
            task.cancel()


def wrongs_in(found: ModerationCreateResponse) -> list[str]:
    """Return what a moderation model says is wrong, in words."""
    names = {
        each.name.replace("_", " "): None
        for result in found.results
        for each in fields(Categories)
        if getattr(result.categories, each.name)
    }
    return list(names) or ["flagged"] * any(result.flagged for result in found.results)
