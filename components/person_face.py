"""Somebody, by picture or initials, and in a line."""

from __future__ import annotations

from html import escape

from components.marks import picture_html
from components.monograms import letters
from components.pieces import el, raw, text
from services.people.person import Person, Role

ROLES = {Role.OWNER: "Owner", Role.ADMIN: "Admin", Role.USER: "Member", Role.SERVER: "Server"}


def draw_person(person: Person, second: str) -> None:
    """Show initials and name, and a second line below it."""
    with el("div", "o-r o-face"):
        raw(face_html(person.name, person.picture))
        with el("div", "o-grow"):
            text(person.name, "o-strong o-cut", title=person.name)
            text(second, "o-micro o-cut", title=second)


def face_html(name: str, picture: str) -> str:
    """Return somebody's picture, or their initials, as markup."""
    if picture:
        return picture_html(picture)
    return f'<span class="o-avatar" aria-hidden="true">{escape(letters(name).upper())}</span>'
