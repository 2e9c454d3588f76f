"""Somebody, in a line."""

from __future__ import annotations

from components.pieces import el, text
from services.people import Person, Role

ROLES = {Role.OWNER: "Owner", Role.ADMIN: "Admin", Role.USER: "Member", Role.SERVER: "Server"}


def draw_person(person: Person, second: str) -> None:
    """Show initials and name, and a second line below it."""
    with el("div", "o-r o-face"):
        text(initials(person.name), "o-avatar", tag="span", aria_hidden=True)
        with el("div", "o-grow"):
            text(person.name, "o-strong o-cut", title=person.name)
            text(second, "o-micro o-cut", title=second)


def initials(name: str) -> str:
    """Return one or two letters for a name."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:])) or "?"
