"""The browsers that somebody is signed in with."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from components.figures import clock
from components.pieces import button, el, icon, text
from services.people.sessions import Session

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_list(sessions: Sequence[Session], here: str, end: Callable[[str], object]) -> None:
    """Draw them, the one of this page, whose session is ``here``, marked; ``end`` gets the uid of another."""
    with el("div", "o-card", role="list", aria_label="Browsers"):
        for session in sessions:
            with el("div", "o-line2", role="listitem"):
                icon("dns")
                with el("div", "o-source o-grow"):
                    text(agent_words(session.agent), "o-strong o-cut")
                    text(f"{session.address or 'unknown address'} · since {clock(session.created_at)}", "o-small o-3")
                if session.uid == here:
                    text("This browser", "o-pill ok", tag="span")
                else:
                    text(f"seen {clock(session.seen_at)}", "o-small o-3")
                    button("Sign out", "small", on=partial(end, session.uid))


def agent_words(agent: str) -> str:
    """Return what a browser says that it is in a few words."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if re.search(sign, agent)), "")
    return f"{browser} on {system}" if browser and system else browser or system or "A program"
