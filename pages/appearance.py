"""Settings: how the page looks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from nicegui.element import Element

from components.colours import DARK, LIGHT
from components.pieces import attrs, el, raw, text
from components.swatches import theme_picture
from pages.frame import Frame

CHOICES = {"auto": ("As the computer", LIGHT, DARK), "light": ("Light", LIGHT, LIGHT), "dark": ("Dark", DARK, DARK)}


async def draw_appearance(frame: Frame, rest: Sequence[str]) -> bool:
    """Let the person see each theme before choosing it; it applies at once."""
    if rest:
        return False
    swatches: dict[str, Element] = {}

    def mark() -> None:
        for name, swatch in swatches.items():
            on = name == frame.theme
            swatch.classes(add="on" if on else "", remove="" if on else "on")
            attrs(swatch, aria_checked=on)

    async def choose(theme: str) -> None:
        await frame.choose_theme(theme)
        mark()

    text("Appearance", "o-head", tag="h2")
    with el("div", "o-swatches", role="radiogroup", aria_label="Theme"):
        for name, (label, one, two) in CHOICES.items():
            with el("button", "o-swatch", type="button", role="radio") as swatches[name]:
                raw(theme_picture(one, two))
                text(label, "o-small o-strong", tag="span")
            swatches[name].on("click", partial(choose, name))
    mark()
    return True
