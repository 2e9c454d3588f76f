"""How one conversation is asked and looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from services.contexts import ContextMode


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
    """

    layout: Layout = Layout.COLUMNS
    mode: ContextMode = ContextMode.OWN
    locked_scroll: bool = False
    blind: bool = False
    race: bool = False
    sequential: bool = False
    cap: float | None = None
    over_cap: OverCap = OverCap.REFUSE

    def told(self) -> dict[str, Any]:
        """Return what differs from the defaults, as JSON has it."""
        usual = asdict(ChatSettings())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> ChatSettings:
        """Return what ``told`` told; what is not known any more is passed over."""
        kinds = {"layout": Layout, "mode": ContextMode, "over_cap": OverCap}
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in told.items() if name in known}
        for name, kind in kinds.items():
            if name in values:
                values[name] = kind(values[name])
        return cls(**values)
