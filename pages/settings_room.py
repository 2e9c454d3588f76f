"""The room of settings, each part of it at an address of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pages.appearance import draw_appearance
from pages.frame import Frame
from pages.parameter_settings import draw_parameters
from pages.persona_settings import draw_personas
from pages.profile import draw_profile
from pages.providers import draw_providers
from pages.sections import Section, draw_sections
from pages.security import draw_security
from pages.token_settings import draw_tokens

ACCOUNT: Mapping[str, Section] = {
    "profile": Section("Profile", draw_profile),
    "security": Section("Sign-in & safety", draw_security),
    "tokens": Section("API tokens", draw_tokens),
}
SECTIONS: Mapping[str, Section] = {
    "appearance": Section("Appearance", draw_appearance),
    "providers": Section("Providers & keys", draw_providers),
    "parameters": Section("Parameters", draw_parameters),
    "personas": Section("Personas", draw_personas),
}


class SettingsRoom:
    """What a person sets to their own liking."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def open(self, path: Sequence[str]) -> bool:
        """Show the section; return whether there is one."""
        sections = SECTIONS if self._frame.services.settings.alone else {**SECTIONS, **ACCOUNT}
        return await draw_sections(self._frame, "Settings", "/settings", sections, path)
