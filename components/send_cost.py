"""What the next prompt may cost, and how much it may."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from components.figures import money
from components.pieces import attrs, el, text
from services.chats.estimates import Estimate, total


class SendCost:
    """About how much it takes to ask all lanes; a click sets the cap. Not there while neither is known."""

    def __init__(self, on: Callable[[], object]) -> None:
        with el("button", "o-chip o-estimate", type="button").on("click", on) as self._root:
            self._words = text("", "o-num", tag="span")
        self._root.set_visibility(False)

    def show(self, found: Sequence[Estimate], cap: float | None) -> None:
        """Show the estimate for a prompt, none without one, and the ``cap`` in US dollars."""
        known = [each for each in found if each.cost is not None]
        about = f"≈ {money(total(known))}" if known else ""
        most = (
            f"at most {money(cap)}" if cap is not None and not about else f"of {money(cap)}" if cap is not None else ""
        )
        self._root.set_visibility(bool(about or most))
        self._words.set_text(" ".join(filter(None, (about, most))))
        over = cap is not None and total(known) > cap
        self._root.classes(add="bad") if over else self._root.classes(remove="bad")
        attrs(self._root, title=_told(found, len(known)), aria_label=f"Cost of the next prompt: {self._words.text}")


def _told(found: Sequence[Estimate], known: int) -> str:
    if not found:
        return "Set what a prompt may cost"
    tokens_in, tokens_out = sum(each.tokens_in for each in found), sum(each.tokens_out for each in found)
    words = f"About {tokens_in:,} tokens in and {tokens_out:,} out, all lanes together"
    without = len(found) - known
    return f"{words}; {without} without a known price" if without else words
