"""Administration: what is so for everybody here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from components.pick import Pick
from components.pieces import el, text
from components.segmented import Segmented
from pages.frame import Frame
from services.people.house import Change, HouseRules, Registration

WORDS: Final = {
    Registration.OPEN: "Everybody who finds this server can make an account.",
    Registration.INVITATION: "Whoever has a link from an admin can make an account.",
    Registration.CLOSED: "Nobody can make an account. Links that are open wait until this changes.",
}
TITLES: Final[Mapping[str, str]] = {
    Registration.OPEN: "Open",
    Registration.INVITATION: "By invitation",
    Registration.CLOSED: "Closed",
}


async def draw_house(frame: Frame, rest: Sequence[str]) -> bool:
    """Show the choices; each is kept as soon as it is made."""
    if rest:
        return False
    groups = {group.uid: group.name for group in await frame.services.people.groups.all(frame.who)}
    HouseDesk(frame, await frame.services.people.house.read(), groups)
    return True


class HouseDesk:
    """Who may make an account, and what people in no group may use."""

    def __init__(self, frame: Frame, rules: HouseRules, groups: dict[str, str]) -> None:
        self._frame = frame
        text("Settings of this server", "o-head", tag="h2")
        with el("div", "o-card pad o-c o-wide-gap"):
            with el("div", "o-field"):
                text("New accounts", "o-label")
                self._registration = Segmented("New accounts", TITLES, rules.registration, self._register)
                self._words = text(WORDS[rules.registration], tag="small")
            self._group = Pick(
                "Default group",
                {"": "None: everything is allowed", **groups},
                rules.group,
                self._choose,
                hint="Its rules are those of people who are in no group.",
            )

    async def _register(self) -> None:
        chosen = Registration(self._registration.value)
        self._words.set_text(WORDS[chosen])
        await self._change(lambda rules: replace(rules, registration=chosen))

    async def _choose(self) -> None:
        uid = self._group.value
        await self._change(lambda rules: replace(rules, group=uid))

    async def _change(self, change: Change) -> None:
        await self._frame.services.people.house.change(self._frame.who, change)
        self._frame.toasts.show("Saved.")
