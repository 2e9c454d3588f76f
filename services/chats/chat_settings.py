"""How one conversation is asked and looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from services.chats.contexts import ContextMode


class Layout(StrEnum):
    """How the answers of a turn stand to one another."""

    COLUMNS = "columns"
    GRID = "grid"
    TABS = "tabs"
    FOCUS = "focus"
    STACKED = "stacked"


class OverCap(StrEnum):
    """What happens to a prompt that may cost more than the cap."""

    REFUSE = "refuse"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """Each conversation remembers its own.

    ``mode`` is what the next turn sees. ``blind`` hides who answers, ``race`` stops the others when one is finished,
    ``sequential`` lets one lane answer at a time. ``cap`` is in US dollars a prompt, None for no cap.
    ``opened`` are the turns that stay open though newer ones follow, ``shut`` the cards without their words.
    """

    layout: Layout = Layout.COLUMNS
    mode: ContextMode = ContextMode.OWN
    locked_scroll: bool = False
    blind: bool = False
    race: bool = False
    sequential: bool = False
    cap: float | None = None
    over_cap: OverCap = OverCap.REFUSE
    opened: frozenset[str] = frozenset()
    shut: frozenset[str] = frozenset()

    def is_shut(self, turn_uid: str, lane_uid: str) -> bool:
        """Return whether the card of a lane's answer to a turn is shut."""
        return _card(turn_uid, lane_uid) in self.shut

    def with_card(self, turn_uid: str, lane_uid: str, *, shut: bool) -> ChatSettings:
        """Return the same with a card shut, or not."""
        card = {_card(turn_uid, lane_uid)}
        return replace(self, shut=self.shut | card if shut else self.shut - card)

    def with_turn(self, turn_uid: str, *, opened: bool) -> ChatSettings:
        """Return the same with a turn that stays open, or does not."""
        return replace(self, opened=self.opened | {turn_uid} if opened else self.opened - {turn_uid})

    def told(self) -> dict[str, Any]:
        """Return what differs from the defaults, as JSON has it."""
        usual = asdict(ChatSettings())
        values = {name: value for name, value in asdict(self).items() if value != usual[name]}
        return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values.items()}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> ChatSettings:
        """Return what ``told`` told; what is not known any more is passed over."""
        kinds = {
            "layout": Layout,
            "mode": ContextMode,
            "over_cap": OverCap,
            "opened": frozenset,
            "shut": frozenset,
        }
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in told.items() if name in known}
        for name, kind in kinds.items():
            if name in values:
                values[name] = kind(values[name])
        return cls(**values)


def _card(turn_uid: str, lane_uid: str) -> str:
    return f"{turn_uid} {lane_uid}"
