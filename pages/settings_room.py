"""The room of settings: sections at the side, the one that the address names beside them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from components.pieces import attrs, el, link
from pages.appearance import draw_appearance
from pages.catalogue import draw_catalogue
from pages.frame import Frame
from pages.parameter_settings import draw_parameters
from pages.persona_settings import draw_personas
from pages.profile import draw_profile
from pages.providers import draw_providers
from pages.security import draw_security
from pages.token_settings import draw_tokens

Draw: TypeAlias = Callable[[Frame, Sequence[str]], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the settings; ``draw`` gets the rest of the address and says whether anything belongs there."""

    title: str
    draw: Draw


ACCOUNT: Mapping[str, Section] = {
    "profile": Section("Profile", draw_profile),
    "security": Section("Sign-in & safety", draw_security),
    "tokens": Section("API tokens", draw_tokens),
}
SECTIONS: Mapping[str, Section] = {
    "appearance": Section("Appearance", draw_appearance),
    "providers": Section("Providers & keys", draw_providers),
    "catalogue": Section("Catalogue", draw_catalogue),
    "parameters": Section("Parameters", draw_parameters),
    "personas": Section("Personas", draw_personas),
}


class SettingsRoom:
    """Each section has an address of its own, ``/settings/<name>``; the first is shown without one."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def open(self, path: Sequence[str]) -> bool:
        """Show the section; return whether there is one."""
        sections = SECTIONS if self._frame.services.settings.alone else {**SECTIONS, **ACCOUNT}
        name, *rest = path or [next(iter(sections))]
        section = sections.get(name)
        if not section:
            return False
        self._frame.clear("Settings", active="/settings")
        with self._frame.room, el("div", "o-settings"):
            with el("nav", "o-sections", aria_label="Settings"):
                for other, each in sections.items():
                    entry = link(each.title, f"/settings/{other}", "o-row")
                    if other == name:
                        attrs(entry.classes("on"), aria_current="page")
            with el("div", "o-section"):
                return await section.draw(self._frame, rest)
