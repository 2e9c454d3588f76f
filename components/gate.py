"""The way in: voices on one side, a plain form on the other that works before anything else of the page does."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from nicegui.element import Element

from components.colours import HUES
from components.pieces import Attribute, attrs, el, icon, link, logo, note, raw, text, tool

HEIGHTS = (46, 62, 38, 74, 54, 84, 60, 42)  # per cent
VOICES = "".join(
    f'<i class="h-{hue}" style="height:{height}%"></i>' for hue, height in zip(HUES, HEIGHTS, strict=False)
)
SHOW = """event => {
    const eye = event.currentTarget, field = eye.previousElementSibling, hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    eye.setAttribute("aria-pressed", hidden);
}"""


@contextmanager
def gate(title: str, under: str, trouble: str = "") -> Generator[None, None, None]:
    """Draw the page; what is made within stands below the title, and below what went wrong."""
    with el("main", "o-gate"):
        attrs(raw(VOICES, "o-voices"), aria_hidden=True)
        with el("section"), el("div", "o-form"):
            with el("div", "o-c"):
                logo(30)
                text(title, "o-display", tag="h1")
                text(under, "o-2")
            if trouble:
                attrs(note(trouble, "error", "bad"), role="alert")
            yield


@contextmanager
def plain_form(action: str, label: str, hidden: Mapping[str, str]) -> Generator[None, None, None]:
    """Draw a form that the browser itself sends to ``action``, with what is ``hidden`` in it."""
    with el("form", "o-form", method="post", action=action):
        for name, value in hidden.items():
            el("input", type="hidden", name=name, value=value)
        yield
        with el("button", "o-btn main wide", type="submit"):
            text(label, tag="span")


def blank(
    label: str, name: str, *, hint: str = "", trouble: str = "", secret: bool = False, **attributes: Attribute
) -> Element:
    """Draw a field of such a form; a ``secret`` one can be shown."""
    with el("div", "o-field"):
        caption = text(label, tag="label")
        with el("div", f"o-input {'bad' if trouble else ''}"):
            made = el("input", "", name=name, type="password" if secret else "text", **attributes)
            if secret:
                _shown_on_demand()
        attrs(caption, for_=f"c{made.id}")
        if made.props.get("value") == "":
            made.props.pop("value")  # else it is emptied whenever something else of the page changes
        attrs(made, id=f"c{made.id}", spellcheck="false", autocapitalize="off")
        if words := trouble or hint:
            attrs(made, aria_describedby=f"h{made.id}", aria_invalid=True if trouble else None)
            text(words, "bad" if trouble else "", tag="small", id=f"h{made.id}", role="alert" if trouble else None)
    return made


def door(label: str, target: str, symbol: str = "") -> None:
    """Draw another way in."""
    with link("", target, "o-btn wide"):
        if symbol:
            icon(symbol, "s")
        text(label, tag="span")


def aside(label: str, target: str) -> None:
    """Draw a quiet way elsewhere."""
    link(label, target, "o-btn wide quiet")


def alternatively() -> None:
    """Draw the line between one way in and others."""
    with el("div", "o-r o-small o-3"):
        el("div", "o-rule")
        text("or", tag="span")
        el("div", "o-rule")


def _shown_on_demand() -> None:
    """Let whoever types a password see it; what is typed stays in the browser."""
    eye = tool("visibility", "Show the password")
    attrs(eye, aria_pressed=False).on("click", js_handler=SHOW)
