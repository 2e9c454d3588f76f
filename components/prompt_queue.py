"""Prompts that were sent and that nobody has begun to answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from components.pieces import button, el, icon, text
from services.chats.conversations import Conversation


class PromptQueue:
    """A line a prompt above the composer; the last one can still be taken back."""

    def __init__(self, *, edit: Callable[[str], object], withdraw: Callable[[str], object]) -> None:
        self._edit = edit
        self._withdraw = withdraw
        self._shown: list[str] = []
        self._root = el("div", "o-queue", role="list", aria_label="Prompts in line")

    def show(self, conversation: Conversation) -> None:
        """Show what waits in this conversation."""
        turns = conversation.queued
        if [turn.uid for turn in turns] == self._shown:
            return
        self._shown = [turn.uid for turn in turns]
        self._root.clear()
        with self._root:
            for turn in turns:
                with el("div", "o-r o-small", role="listitem"):
                    icon("schedule", "s o-3")
                    text("Next in line:" if turn is turns[0] else "Then:", "o-3 o-fixed", tag="span")
                    text(f"“{turn.prompt[:300]}”", "o-cut o-grow", tag="span")
                    if turn.uid == conversation.head:
                        button("Edit", "small quiet", "edit", on=partial(self._edit, turn.uid))
                        button("Withdraw", "small quiet", "close", on=partial(self._withdraw, turn.uid))
