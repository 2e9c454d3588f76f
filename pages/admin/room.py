"""The room of whoever answers for this place, each part of it at an address of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pages.admin.catalogue import draw_catalogue
from pages.admin.groups import draw_groups
from pages.admin.health import draw_health
from pages.admin.house import draw_house
from pages.admin.keys import draw_keys
from pages.admin.log import draw_log
from pages.admin.models import draw_models
from pages.admin.moderation import draw_moderation
from pages.admin.people import draw_people
from pages.admin.sessions import draw_sessions
from pages.frame import Frame
from pages.sections import Section, draw_sections

SECTIONS: Final[Mapping[str, Section]] = {
    "people": Section("People", draw_people),
    "groups": Section("Groups", draw_groups),
    "providers": Section("Shared keys", draw_keys),
    "models": Section("Models", draw_models),
    "catalogue": Section("Catalogue", draw_catalogue),
    "moderation": Section("Moderation", draw_moderation),
    "sessions": Section("Sessions", draw_sessions),
    "audit": Section("Audit", draw_log),
    "settings": Section("Settings", draw_house),
    "health": Section("Health", draw_health),
}
ALONE: Final = ("catalogue", "health", "audit")  # what makes sense where nobody has an account


class AdminRoom:
    """For admins only; to everybody else nothing is here."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        alone = frame.services.settings.alone
        self._sections = {name: SECTIONS[name] for name in ALONE} if alone else SECTIONS

    async def open(self, path: Sequence[str]) -> bool:
        """Show the section; return whether there is one."""
        if not self._frame.who.is_admin:
            return False
        return await draw_sections(self._frame, "Administration", "/admin", self._sections, path, "broad")
