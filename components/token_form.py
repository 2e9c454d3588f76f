"""The form for a new API token, and the token itself, shown this once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from nicegui.element import Element

from components.copying import copy_tool
from components.fields import Field
from components.pieces import attrs, button, el, icon, text
from components.segments import Segments
from services.people.scopes import SAID, Scope
from services.people.tokens import LIFETIMES, LONGEST_NAME, MadeToken

LIVES: Final[Mapping[str, int | None]] = {"for good" if days is None else f"{days} days": days for days in LIFETIMES}


class TokenForm:
    """A name, what the token may do, how long it lives; ``make`` acts on the button."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._chosen = {Scope.READ}
        self._ticks: dict[Scope, Element] = {}
        with el("div", "o-card pad o-endpoint"):
            text("New token", "o-title", tag="h3")
            self._name = Field("Name", "Which program uses it.", placeholder="Backup script")
            attrs(self._name.input, maxlength=LONGEST_NAME)
            with el("div", "o-field", role="group", aria_label="What it may do"):
                text("What it may do", "o-label", tag="span")
                for scope, words in SAID.items():
                    self._tick(scope, words)
            self._life = Segments("It lives", {name: name for name in LIVES}, "90 days", on=lambda: None)
            with el("div", "o-r"):
                button("Make token", "main", on=make)

    @property
    def name(self) -> str:
        """What the token is to be called."""
        return self._name.value

    @property
    def scopes(self) -> set[Scope]:
        """What is ticked."""
        return set(self._chosen)

    @property
    def days(self) -> int | None:
        """How long it is to live; nothing is until it is revoked."""
        return LIVES[self._life.value]

    def complain(self, trouble: str) -> None:
        """Say what is wrong; an empty text takes it back."""
        self._name.complain(trouble)

    def clear(self) -> None:
        """Take away the name, for the next one."""
        self._name.input.set_value("")

    def _tick(self, scope: Scope, words: str) -> None:
        on = scope in self._chosen
        with el("button", "o-row o-point", type="button", role="checkbox", aria_checked=on) as row:
            with el("span", "o-tick", aria_hidden=True):
                icon("check", "s")
            text(words, "o-grow o-said", tag="span")
            text(scope, "o-micro o-mono o-3", tag="span")
        self._ticks[scope] = row.on("click", partial(self._toggle, scope))

    def _toggle(self, scope: Scope) -> None:
        self._chosen ^= {scope}
        attrs(self._ticks[scope], aria_checked=scope in self._chosen)


def made_token(made: MadeToken) -> None:
    """Show a new token so that it can be taken along, now or never."""
    with el("div", "o-note accent", role="status"):
        icon("key")
        with el("div", "o-source o-grow"):
            text(f"Copy “{made.token.name}” now. It is not shown again.", "o-strong")
            text(made.secret, "o-mono o-pre", tag="code")
        copy_tool("Copy the token", lambda: made.secret)
