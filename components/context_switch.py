"""What the next turn sees of the turns before: a choice that is always in sight."""

from __future__ import annotations

from collections.abc import Callable

from components.pieces import attrs, el, text
from components.segmented import Segmented
from services.chats.contexts import ContextMode

MODES = {
    ContextMode.OWN: "Own",
    ContextMode.ADOPTED: "Adopted",
    ContextMode.MERGED: "Merged",
    ContextMode.QUOTED: "All quoted",
}
MEANINGS = {
    ContextMode.OWN: "Each lane sees its own answers only.",
    ContextMode.ADOPTED: "All lanes go on from the answer you adopted last; without one, each from its own.",
    ContextMode.MERGED: "All lanes go on from the last synthesis; without one, each from its own.",
    ContextMode.QUOTED: "Each lane sees everybody's answers, with the names of those who gave them.",
}


class ContextSwitch:
    """Choose the mode in which the next prompt is sent; each choice says what it means."""

    def __init__(self, on: Callable[[ContextMode], object]) -> None:
        with el("div", "o-r o-sees"):
            text("Next turn sees", "o-small o-3", tag="span")
            self._choice = Segmented(
                "Next turn sees",
                {mode.value: label for mode, label in MODES.items()},
                ContextMode.OWN.value,
                lambda: on(ContextMode(self._choice.value)),
                hints={mode.value: meaning for mode, meaning in MEANINGS.items()},
            )
            self._shown = ""
        self.show(ContextMode.OWN)

    def show(self, mode: ContextMode) -> None:
        """Show the mode of the conversation."""
        if mode.value == self._shown:
            return
        self._shown = mode.value
        self._choice.set(mode.value)
        attrs(self._choice.root, aria_description=MEANINGS[mode])
