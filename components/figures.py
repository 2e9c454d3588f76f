"""Numbers and times as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html import escape

from components.local_time import local
from services.chats.costs import Sum
from services.chats.replies import ModelReply


def seconds(value: float | None) -> str:
    """Return a duration: ``0.64 s``, ``12 s``, ``2 min 5 s``."""
    if value is None:
        return "–"
    if value < 59.5:
        return f"{value:.2f} s" if value < 9.995 else f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s"


def speed(reply: ModelReply) -> str:
    """Return tokens per second; about that where nobody counted them."""
    if reply.speed is None:
        return "–"
    return f"{'' if reply.output_tokens else '≈ '}{reply.speed:.0f} /s"


def tokens(reply: ModelReply) -> str:
    """Return the tokens in and out: ``1,204 → 412``; about that while nobody has counted them."""
    count = reply.output_tokens or reply.pieces
    said = "–" if not count else f"{'' if reply.output_tokens else '≈ '}{count:,}"
    return f"{reply.input_tokens:,} → {said}" if reply.input_tokens else said


def token_parts(reply: ModelReply) -> str:
    """Return what of the tokens was read from a cache, and what was thought: ``900 cached · 212 thinking``."""
    parts = ((reply.cached_tokens, "cached"), (reply.thinking_tokens, "thinking"))
    return " · ".join(f"{count:,} {word}" for count, word in parts if count)


def money(value: float | None) -> str:
    """Return US dollars: ``$1.20``, ``$0.0071``; too little to count is ``< $0.0001``."""
    if value is None:
        return "–"
    if 0 < value < 0.0001:
        return "< $0.0001"
    return f"${value:,.2f}" if value >= 1 or not value else f"${value:.4f}"


def sum_words(spent: Sum) -> str:
    """Return what answers took together: ``1,300 tokens · $0.0071``; nothing before there is anything."""
    count = spent.tokens_in + spent.tokens_out
    parts = (
        f"{count:,} token{'' if count == 1 else 's'}" if count else "",
        money(spent.cost) if spent.cost is not None else "",
    )
    return " · ".join(filter(None, parts))


def ordinal(number: int) -> str:
    """Return ``1st``, ``2nd``, ``11th``, ``22nd``."""
    last = 0 if number % 100 in {11, 12, 13} else number % 10
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def size(count: int) -> str:
    """Return bytes in the unit that suits them: ``94.1 MB``."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def clock(moment: datetime) -> str:
    """Return the time of day for whoever looks, with the date when it was not today."""
    here = local(moment)
    return f"{here:%H:%M}" if here.date() == _today() else f"{here.day} {here:%b %H:%M}"


def day(moment: datetime) -> str:
    """Return the heading under which a conversation is listed."""
    age = _today() - local(moment).date()
    if age <= timedelta(0):
        return "Today"
    if age == timedelta(1):
        return "Yesterday"
    for days, name in ((7, "Last week"), (31, "Last month")):
        if age <= timedelta(days):
            return name
    return f"{local(moment):%Y}"


def _today() -> date:
    return local(datetime.now(UTC)).date()


def description_list(pairs: list[tuple[str, str]], style: str) -> str:
    """Return terms and values as one piece of markup."""
    rows = "".join(f"<div><dt>{escape(term)}</dt><dd>{escape(value)}</dd></div>" for term, value in pairs)
    return f'<dl class="{style}">{rows}</dl>'
