"""Who is signed in, and the way out."""

from __future__ import annotations

from nicegui import ui
from nicegui.element import Element

from components.person_face import face_html
from components.pieces import attrs, el, icon, link, raw, text
from services.people.person import Person


class AccountMenu:
    """A button with a face and a name; what it opens leads to the profile, and signs out."""

    def __init__(self, who: Person) -> None:
        self._who = who
        self._button = el("button", "o-row o-me", type="button", aria_haspopup="menu", aria_label=f"You: {who.name}")
        with self._button:
            raw(face_html(who.name, who.picture))
            text(who.name, "o-grow o-cut", tag="span")
        self._button.on("click", self._open)

    def _open(self) -> None:
        if any(isinstance(child, ui.menu) for child in self._button):
            return
        with self._button, ui.menu() as menu, el("div", "o-pop", role="menu"):
            first = _place("person", "Profile", "/settings/profile", menu)
            _place("lock", "Sign-in & safety", "/settings/security", menu)
            with (
                el("form", method="post", action="/auth/sign-out"),
                el("button", "o-cmd", type="submit", role="menuitem"),
            ):
                icon("logout", "s")
                text("Sign out", tag="span")
        menu.on("hide", menu.delete)
        menu.on("show", lambda: first.run_method("focus"))
        menu.open()


def _place(symbol: str, label: str, target: str, menu: ui.menu) -> Element:
    with link("", target, "o-cmd") as made:
        icon(symbol, "s")
        text(label, tag="span")
    return attrs(made.on("click", menu.close), role="menuitem")
