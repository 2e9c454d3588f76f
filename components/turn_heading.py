"""The prompt of a turn, what became of it, and what can be done with the whole of it."""

from __future__ import annotations

from collections.abc import Callable

from components.context_switch import MEANINGS, MODES
from components.copying import copy_tool
from components.fields import Area
from components.pieces import attrs, button, el, text, tool
from components.prompt_heading import PromptHeading
from components.steps import Steps
from components.turn_actions import TurnActions
from services.chats.contexts import ContextMode
from services.chats.conversations import Conversation, Turn
from services.chats.synthesis import FEWEST, answers_to


class TurnHeading:
    """Show the prompt as a headline, with the tools of its turn."""

    def __init__(
        self,
        conversation: Conversation,
        turn: Turn,
        actions: TurnActions,
        *,
        fold: Callable[[], object],
        answers: Callable[[], str],
    ) -> None:
        self._conversation = conversation
        self._turn = turn
        self._actions = actions
        self._editing = False
        with el("div", "o-turn") as self._root:
            self._prompt = PromptHeading(turn.prompt)
            with el("div", "o-r o-turn-tools"):
                if turn.context_mode is not ContextMode.OWN:
                    mode = turn.context_mode
                    text(f"Sees: {MODES[mode]}", "o-pill accent", tag="span", title=MEANINGS[mode])
                self._figures = text("", "o-small o-3 o-num o-wide", tag="span")
                self._wordings = Steps("wording", self._walk)
                self._retry = button("Retry failed", "small", "refresh", on=lambda: actions.retry_failed(turn.uid))
                self._fuse = tool("merge", "Fuse the answers", on=lambda: actions.judges.fuse(turn.uid))
                self._stop = button("Stop all", "small", "stop", on=lambda: actions.stop_all(turn.uid))
                tool("edit", "Edit and ask again", "tight", on=self._edit)
                self._copy = copy_tool("Copy all answers", answers)
                self._fold = tool("expand_less", "Fold this turn", "tight", on=fold)

    def show(self, figures: str) -> None:
        """Show how the turn stands."""
        turn, running = self._turn, self._turn.running
        failed = len(self._conversation.failed(turn))
        siblings = self._conversation.siblings(turn)
        self._figures.set_text(figures)
        self._wordings.show(siblings.index(turn), len(siblings))
        self._retry.set_visibility(failed > 1 or (failed == 1 and len(turn.replies) > 1))
        self._stop.set_visibility(running)
        self._copy.set_visibility(not running)
        enough = len(answers_to(self._conversation, turn)) >= FEWEST
        name = "Fuse, compare or list the answers" if enough else "Fuse the answers: two have to be there"
        attrs(self._fuse, title=name, aria_label=name, aria_disabled=None if enough else True)
        self._fold.set_visibility(not running and turn.uid != self._conversation.head)

    def focus(self) -> None:
        """Let the keyboard go on here."""
        self._fold.run_method("focus")

    def _walk(self, by: int) -> object:
        siblings = self._conversation.siblings(self._turn)
        at = min(max(siblings.index(self._turn) + by, 0), len(siblings) - 1)
        return self._actions.walk(siblings[at].uid)

    def _edit(self) -> None:
        """Put the words into a field; what is sent stands beside this turn, which stays."""
        if self._editing:
            return
        self._editing = True
        self._prompt.root.set_visibility(False)
        with self._root, el("div", "o-edit o-grow") as form:
            form.move(target_index=0)
            area = Area("Your prompt, worded anew", "The answers so far stay: ‹ 1/2 › leads back to them.")
            area.input.set_value(self._turn.prompt)
            with el("div", "o-r"):
                send = button("Ask again", "small main")
                cancel = button("Cancel", "small quiet")

        def close() -> None:
            self._editing = False
            self._prompt.root.set_visibility(True)
            form.delete()

        async def ask() -> None:
            if area.value and await self._actions.ask_instead(self._turn.uid, area.value) and not form.is_deleted:
                close()

        send.on("click", ask)
        cancel.on("click", close)
        area.focus()
