"""What a model selector says below: keys, how many are picked, and what to do with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from components.model_figures import dollars
from components.pieces import attrs, button, el, enable, kbd, text
from services.chats.chats import MOST_LANES

READ, WRITTEN = 1000, 500  # tokens of a usual turn
KEYS = (("↑↓", "move"), ("Space", "add"), ("+ −", "samples"), ("F", "favourite"), ("Tab", "filters"))


class SelectorFoot:
    """The number of lanes, about what a turn costs, and the way out."""

    def __init__(self, *, save: Callable[[], object], ask: Callable[[], object], several: bool) -> None:
        self._several = several
        with el("footer"):
            with el("div", "o-r o-small o-3 o-wide"):
                for key, what in KEYS:
                    if several or key in {"↑↓", "F", "Tab"}:
                        kbd(key)
                        text(what, "o-key-word", tag="span")
            self._told = text("", "o-num o-2 o-small o-end", tag="span", role="status", aria_live="polite")
            attrs(self._told, title=f"Estimated for {READ:,} tokens read and {WRITTEN:,} written by each")
            self._save = button("Save as set", "quiet o-wide", on=save)
            self._ask = text("Use this model", "o-btn main", tag="button", type="button").on("click", ask)
        self._save.set_visibility(several)

    def show(self, picks: Mapping[str, int], rates: Mapping[str, tuple[float, float]]) -> None:
        """Show how many are picked, and about what they cost if all their prices are known."""
        if not self._several:
            return
        count = sum(picks.values())
        told = f"{count} {'lane' if count == 1 else 'lanes'}" if count else "None picked"
        self._told.set_text(f"{told}{' · no more fit' if count >= MOST_LANES else _cost(picks, rates)}")
        self._ask.set_text(f"Ask these {count}" if count > 1 else "Ask this one" if count else "Ask")
        enable(self._ask, count > 0)
        enable(self._save, count > 0)


def _cost(picks: Mapping[str, int], rates: Mapping[str, tuple[float, float]]) -> str:
    if not picks or not picks.keys() <= rates.keys():
        return ""
    total = sum(times * (READ * rates[model][0] + WRITTEN * rates[model][1]) for model, times in picks.items())
    return f" · ≈ {dollars(total)} a turn" if total else " · free"
