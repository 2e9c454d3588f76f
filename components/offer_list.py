"""The sources in reach: what each has, and how it is."""

from __future__ import annotations

from collections.abc import Sequence

from components.figures import clock, seconds
from components.monograms import letters
from components.pieces import el, icon, mark, text
from services.models.availability import Standing, State
from services.models.offers import Offer

PILLS = {
    State.ANSWERS: ("ok", "check", "Works"),
    State.BUSY: ("warn", "hourglass_empty", "Busy"),
    State.REFUSES: ("bad", "error", "Refused"),
    State.FAILS: ("bad", "cloud_off", "Fails"),
}
LONGEST = 300  # characters of what went wrong


def state_pill(standing: Standing) -> None:
    """Show how a source is, if anybody knows."""
    if standing.state in PILLS:
        tone, symbol, words = PILLS[standing.state]
        with el("span", f"o-pill {tone}", title=standing.words[:LONGEST] or None):
            icon(symbol, "s")
            text(words, tag="span")


def draw_offers(offers: Sequence[tuple[Offer, Standing]]) -> None:
    """Show one line for each source."""
    with el("div", "o-card", role="list", aria_label="Sources of models"):
        for offer, standing in offers:
            with el("div", "o-line2", role="listitem"):
                mark(letters(offer.source.title), offer.source.name)
                with el("div", "o-grow"):
                    text(offer.source.title, "o-strong o-cut")
                    text(_words(offer), "o-small o-2")
                if standing.latency is not None:
                    text(seconds(standing.latency), "o-small o-2 o-num", tag="span", title="Until it began to answer")
                state_pill(standing)


def _words(offer: Offer) -> str:
    if not offer.listed_at:
        return offer.problem[:LONGEST] or "Asking for its models …"
    here = sum(not entry.gone for entry in offer.entries)
    words = f"{here:,} model{'' if here == 1 else 's'} to talk to, listed {clock(offer.listed_at)}"
    if offer.left_out:
        words += f"; {offer.left_out:,} more cannot be used"
    return f"{words}. {offer.problem[:LONGEST]}" if offer.problem else words
