"""How models stand by votes: a table with a band for each that says how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from components.colours import hue_of
from components.marks import mark_html, provider_of
from components.model_figures import dollars
from components.monograms import monograms
from components.pieces import raw
from services.chats.ratings import Standing
from services.chats.votes import Board

COLUMNS = ("Place", "Model", "Rating", "95 % band", "Games", "Won", "Cost an answer")
LONGEST_NAME = 120


def draw_board(board: Board) -> None:
    """Show the table, on a phone a card a model."""
    low = min(each.low for each in board.standings)
    high = max(each.high for each in board.standings)
    heads = "".join(f'<th scope="col" class="{_side(name)}">{name}</th>' for name in COLUMNS)
    names = monograms([short(each.name) for each in board.standings])
    rows = "".join(
        _row(place, each, letters, board.costs.get(each.name), low, max(high - low, 1.0))
        for place, (each, letters) in enumerate(zip(board.standings, names, strict=True), 1)
    )
    raw(f'<table class="o-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>')


def overlap(standings: Sequence[Standing]) -> str:
    """Return in words which first two places cannot be told apart yet, or nothing."""
    for place, (one, other) in enumerate(pairwise(standings), 1):
        if other.high > one.low:
            return f"Bands of places {place} and {place + 1} overlap: too few votes to say which is stronger."
    return ""


def short(model: str) -> str:
    """Return the model's name without its provider."""
    return (model.partition("/")[2] or model)[:LONGEST_NAME]


def _row(place: int, each: Standing, letters: str, cost: float | None, low: float, width: float) -> str:
    name = (
        f'<div class="o-r">{mark_html(letters, each.name)}<div class="o-grow"><div class="o-cut">'
        f'{escape(short(each.name))}</div><div class="o-from o-cut">{escape(provider_of(each.name)[:40])}</div>'
        "</div></div>"
    )
    start, end, at = (100 * (value - low) / width for value in (each.low, each.high, each.rating))
    told = f"{each.low:,.0f} to {each.high:,.0f}"
    band = (
        f'<div class="o-band {hue_of(provider_of(each.name))}" role="img" aria-label="{told}" title="{told}">'
        f'<span style="inset-inline:{start:.2f}% {100 - end:.2f}%"></span>'
        f'<b style="inset-inline-start:{at:.2f}%"></b></div>'
    )
    cells = (f"{each.rating:,.0f}", band, f"{each.games:,}", f"{each.won:.0%}", "–" if cost is None else dollars(cost))
    data = "".join(
        f'<td class="{_side(label)}" data-label="{label}">{cell}</td>'
        for label, cell in zip(COLUMNS[2:], cells, strict=True)
    )
    return f'<tr><td class="o-3 o-wide">{place}</td><th scope="row">{name}</th>{data}</tr>'


def _side(label: str) -> str:
    if label == "Place":
        return "o-wide"
    return {"Model": "", "95 % band": "wide"}.get(label, "n")
