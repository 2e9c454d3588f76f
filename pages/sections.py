"""A room with sections at the side, the one that the address names beside them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from components.pieces import attrs, el, link
from pages.frame import Frame

Draw: TypeAlias = Callable[[Frame, Sequence[str]], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a room; ``draw`` gets the rest of the address and says whether anything belongs there."""

    title: str
    draw: Draw


async def draw_sections(
    frame: Frame, title: str, address: str, sections: Mapping[str, Section], path: Sequence[str], style: str = ""
) -> bool:
    """Show the section at ``address/<name>``, the first one without a name; return whether there is one."""
    name, *rest = path or [next(iter(sections))]
    section = sections.get(name)
    if not section:
        return False
    frame.clear(title, active=address)
    with frame.room, el("div", f"o-settings {style}"):
        with el("nav", "o-sections", aria_label=title):
            for other, each in sections.items():
                entry = link(each.title, f"{address}/{other}", "o-row")
                if other == name:
                    attrs(entry.classes("on"), aria_current="page")
        with el("div", "o-section"):
            return await section.draw(frame, rest)
