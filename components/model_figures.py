"""What is known of a model, as people read it."""

from __future__ import annotations

from datetime import date, datetime

from components.figures import seconds
from omnichat.capabilities import Capability
from services.chats.replies import now
from services.models.offers import Entry
from services.models.selection import MILLION
from services.models.speeds import Speed

SKILLS = (
    (Capability.VISION, "visibility", "Images"),
    (Capability.THINKING, "psychology", "Thinking"),
    (Capability.TOOLS, "extension", "Tools"),
    (Capability.FILES, "attach_file", "Files"),
    (Capability.AUDIO, "graphic_eq", "Audio"),
    (Capability.JSON, "data_object", "JSON"),
    (Capability.SEARCH, "travel_explore", "Web search"),
)
LONGEST_NAME = 160


def name_of(entry: Entry) -> str:
    """Return the title, one line that is not too long."""
    return " ".join(entry.title[: 2 * LONGEST_NAME].split())[:LONGEST_NAME] or short_id(entry)


def short_id(entry: Entry) -> str:
    """Return the name that the source gives it."""
    return entry.id.partition("/")[2][:LONGEST_NAME] or entry.id[:LONGEST_NAME]


def dollars(value: float) -> str:
    """Return US dollars, as exact as the amount is small: ``$14``, ``$1.90``, ``$0.075``."""
    if value >= 10:
        return f"${value:,.0f}" if value == round(value) or value >= 100 else f"${value:.2f}"
    if value and value < 0.095:
        return f"${value:.2g}" if value >= 0.0001 else "< $0.0001"
    return f"${value:.0f}" if value == round(value) else f"${value:.2f}"


def prices(entry: Entry, *, local: bool) -> str:
    """Return the dollars for a million tokens read and written, ``free``, or nothing."""
    read, written = entry.prices.input, entry.prices.output
    if not read and not written:
        return "free" if local or (read == 0 and written == 0) else ""
    pair = ("?" if each is None else dollars(each * MILLION) for each in (read, written))
    return " / ".join(pair)


def tokens(count: int | None) -> str:
    """Return a number of tokens in few signs: ``131 k``, ``1 M``."""
    if not count:
        return ""
    if count >= 999_500:
        return f"{count / 1e6:.2g} M" if count < 1e8 else f"{count / 1e6:,.0f} M"
    return f"{count / 1e3:.0f} k" if count >= 1000 else str(count)


def since(released: date | None) -> str:
    """Return when a model came out: ``since August 2025``."""
    return f"since {released:%B %Y}" if released else ""


def warning(entry: Entry) -> str:
    """Return in a sentence that a model goes, or went, or nothing."""
    if entry.gone:
        return "Its source does not list it any more. It may still answer."
    if entry.ends:
        over = entry.ends < date.today()
        day = f"{entry.ends.day} {entry.ends:%B %Y}"
        return f"Shut down on {day}. Pick another one." if over else f"It will be shut down on {day}."
    if entry.deprecated:
        return f"Its maker gave it up on {entry.deprecated.day} {entry.deprecated:%B %Y}."
    return ""


def badge(entry: Entry, *, new: bool) -> tuple[str, str]:
    """Return the word that a row carries beside the name, and its tone."""
    if entry.gone:
        return "gone", "warn"
    if entry.ends:
        over = entry.ends < date.today()
        return (f"{'ended' if over else 'ends'} {entry.ends.day} {entry.ends:%b %Y}", "bad" if over else "warn")
    if entry.deprecated:
        return "deprecated", "warn"
    return ("new", "accent") if new else ("", "")


def facts(entry: Entry, speed: Speed | None, *, local: bool) -> list[tuple[str, str]]:
    """Return what is known of a model, term by term."""
    price = prices(entry, local=local)
    found = [
        ("Reads", f"{entry.context:,} tokens" if entry.context else ""),
        ("Writes up to", f"{entry.max_output:,} tokens" if entry.max_output else ""),
        ("Price in / out", price and (price if price == "free" else f"{price} per M")),
        ("Read from cache", f"{dollars(entry.prices.cached * MILLION)} per M" if entry.prices.cached else ""),
        ("Released", f"{entry.released.day} {entry.released:%B %Y}" if entry.released else ""),
    ]
    if speed and speed.answers:
        found.append(("Your first token", f"{seconds(speed.first_token)} median" if speed.first_token else ""))
        found.append(("Your speed", f"{speed.tokens:,.0f} tokens/s" if speed.tokens else ""))
        found.append(("Your answers", f"the last {speed.answers}" if speed.answers > 1 else "one"))
    return [(term, value) for term, value in found if value]


def last_seen(moment: datetime | None) -> str:
    """Return when a model was on its source's list."""
    if not moment:
        return ""
    hours = (now() - moment).total_seconds() / 3600
    if hours < 1:
        return "Last seen in the catalogue just now"
    if hours < 48:
        return f"Last seen in the catalogue {hours:.0f} h ago"
    return f"Last seen in the catalogue {hours / 24:.0f} days ago"
