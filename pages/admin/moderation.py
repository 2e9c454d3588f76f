"""Administration: what is not wanted here, and what was found of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from components.fields import Area, Field
from components.figures import clock
from components.pieces import button, el, note, text
from components.segmented import Segmented
from pages.frame import Frame
from services.moderation.policy import Deed, ModerationPolicy, cleaned
from services.moderation.reviews import PAGE, REVIEWS, Decision, Flag

PROMPTS: Final[Mapping[str, str]] = {
    Deed.NONE: "Nothing",
    Deed.FLAG: "Note it",
    Deed.BLOCK: "Do not send it",
}
ANSWERS: Final[Mapping[str, str]] = {
    Deed.NONE: "Nothing",
    Deed.FLAG: "Note it",
    Deed.BLUR: "Blur it",
    Deed.BLOCK: "Take it away",
}
DONE: Final = {Deed.FLAG: "noted", Deed.BLUR: "blurred", Deed.BLOCK: "stopped"}
DECIDED: Final = {Decision.FINE: "Let stand", Decision.REMOVED: "Taken away"}


async def draw_moderation(frame: Frame, rest: Sequence[str]) -> bool:
    """Show the policy, and what waits for somebody to look at it."""
    if rest:
        return False
    PolicyForm(frame, (await frame.services.people.house.read()).moderation)
    queue = Queue(frame)
    await queue.show()
    frame.follow("room", queue.follow())
    return True


class PolicyForm:
    """What is looked for, and what is done; nothing changes before it is saved."""

    def __init__(self, frame: Frame, policy: ModerationPolicy) -> None:
        self._frame = frame
        text("Moderation", "o-head", tag="h2")
        text("Prompts are looked at before they are sent, answers as they come, each lane by itself.", "o-2")
        with el("div", "o-card pad o-c o-wide-gap"):
            self._prompts = _deeds("When a prompt has what is not wanted", PROMPTS, policy.prompts)
            self._answers = _deeds("When an answer has what is not wanted", ANSWERS, policy.answers)
            self._words = Area(
                "Words that are not wanted",
                "One word or phrase a line, in any case; a * at the end stands for any ending.",
                value="\n".join(policy.words),
            )
            self._model = Field(
                "Model that judges texts",
                "Asked beside the list, with a key of this server; left empty, nobody is. What it has to judge is "
                "sent to its provider.",
                value=policy.model,
                placeholder="openai/omni-moderation-latest",
            )
            with el("div", "o-r"):
                button("Save", "main", on=self._save)

    async def _save(self) -> None:
        try:
            words = cleaned(self._words.value)
        except ValueError as error:
            self._words.complain(str(error))
            self._words.focus()
            return
        self._words.complain("")
        model = self._model.value
        if model and not all(model.partition("/")):
            self._model.complain("Write it as provider/model.")
            self._model.focus()
            return
        self._model.complain("")
        policy = ModerationPolicy(
            prompts=Deed(self._prompts.value), answers=Deed(self._answers.value), words=words, model=model
        )
        await self._frame.services.people.house.change(self._frame.who, lambda rules: replace(rules, moderation=policy))
        self._frame.toasts.show("Saved. It holds from the next prompt on.")


class Queue:
    """What was found, as far as it was asked for."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._reviews = frame.services.reviews
        self._decided = False
        self._pages = 1
        with el("div", "o-r o-wrap"):
            text("Found", "o-head o-grow", tag="h3")
            self._which = Segmented("Found", {"open": "To look at", "decided": "Decided"}, "open", self._switch)
        self._list = el("div", "o-c")

    async def follow(self) -> None:
        """Show what comes."""
        async for _ in self._frame.services.news.watch(REVIEWS):
            with self._frame.unbroken():
                await self.show()

    async def show(self) -> None:
        """Show what is so now."""
        pages = [
            await self._reviews.all(self._frame.who, decided=self._decided, page=page) for page in range(self._pages)
        ]
        if self._list.is_deleted:
            return
        self._list.clear()
        with self._list:
            if not pages[0]:
                note("Nothing was decided yet." if self._decided else "Nothing waits for you.", "check")
            for flag in (flag for page in pages for flag in page):
                self._draw(flag)
            if len(pages[-1]) == PAGE:
                button("Show more", "quiet", on=self._more)

    def _draw(self, flag: Flag) -> None:
        what = f"Answer of {flag.model}" if flag.reply else "Prompt"
        with el("article", "o-card pad o-c", aria_label=f"{what}, {flag.person}"):
            with el("div", "o-r o-wrap"):
                text(what, "o-strong o-grow o-said", tag="h4")
                text(f"{flag.person} · {clock(flag.created_at)}", "o-small o-2")
            text(f"{DONE[flag.deed].capitalize()} because of: {', '.join(flag.reasons)}", "o-small")
            text(flag.excerpt, "o-excerpt o-pre o-said")
            with el("div", "o-r o-wrap"):
                if flag.decision:
                    text(f"{DECIDED[flag.decision]} by {flag.decided_by}.", "o-small o-2")
                else:
                    self._offer(flag)

    def _offer(self, flag: Flag) -> None:
        gone = flag.deed is Deed.BLOCK or not flag.reply
        button("Seen" if gone else "Let it stand", "small", on=partial(self._decide, flag, Decision.FINE))
        if not gone:
            button("Take it away", "small bad", on=partial(self._decide, flag, Decision.REMOVED))

    async def _decide(self, flag: Flag, decision: Decision) -> None:
        await self._reviews.decide(self._frame.who, flag.uid, decision)
        await self.show()

    async def _switch(self) -> None:
        self._decided, self._pages = self._which.value == "decided", 1
        await self.show()

    async def _more(self) -> None:
        self._pages += 1
        await self.show()


def _deeds(label: str, options: Mapping[str, str], value: Deed) -> Segmented:
    with el("div", "o-field"):
        text(label, "o-label")
        return Segmented(label, options, value, lambda: None)
