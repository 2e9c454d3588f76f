"""The API tokens that somebody made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from components.figures import clock
from components.local_time import local
from components.pieces import button, el, icon, text
from services.people.tokens import ApiToken


def token_list(tokens: Sequence[ApiToken], revoke: Callable[[ApiToken], object]) -> None:
    """Draw them, or say what they are for when there are none; ``revoke`` gets the one whose button is pressed."""
    with el("div", "o-card", role="list", aria_label="API tokens"):
        if not tokens:
            with el("div", "o-empty"):
                icon("key", "l")
                text("No tokens yet", "o-title")
                text(
                    "A program of yours shows one in place of your password, and may do only what you tick.",
                    "o-2 o-lead",
                )
        for token in tokens:
            with el("div", "o-line2", role="listitem"):
                icon("key")
                with el("div", "o-source o-grow"):
                    text(token.name, "o-strong o-cut")
                    text(f"{token.start}… · {', '.join(sorted(token.scopes))}", "o-small o-3 o-mono o-pre")
                    text(_life(token), "o-small o-3")
                if token.over:
                    text("Expired", "o-pill warn", tag="span")
                button("Remove" if token.over else "Revoke", "small bad", on=partial(revoke, token))


def _life(token: ApiToken) -> str:
    used = f"used {clock(token.used_at)}" if token.used_at else "never used"
    if token.expires_at is None:
        return f"{used} · no end"
    end = local(token.expires_at)
    return f"{used} · {'ended' if token.over else 'until'} {end.day} {end:%b %Y}"
