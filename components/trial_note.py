"""What came of a test, in words."""

from __future__ import annotations

from components.pieces import attrs, el, icon, text
from services.models.trials import Trial

NAMED = 8


class TrialNote:
    """Nothing at first; then that it is being tried, and what came of it."""

    def __init__(self) -> None:
        self._box = attrs(el("div"), role="status", aria_live="polite")

    def wait(self) -> None:
        """Say that it is being tried."""
        self._draw("Testing …", "", "progress_activity", "")

    def show(self, trial: Trial) -> None:
        """Say what came of it, and name some models."""
        symbol, tone = {True: ("check_circle", "ok"), False: ("error", "bad"), None: ("warning", "warn")}[trial.works]
        rest = len(trial.models) - NAMED
        named = ", ".join(trial.models[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
        self._draw(trial.words, named, symbol, tone)

    def clear(self) -> None:
        """Say nothing."""
        self._box.clear()

    def _draw(self, words: str, more: str, symbol: str, tone: str) -> None:
        self._box.clear()
        with self._box, el("div", f"o-note {tone}"):
            icon(symbol)
            with el("div", "o-grow o-said"):
                text(words, "o-strong" if more else "")
                if more:
                    text(more, "o-small o-2")
