"""What a person has set for all lanes, and under which names they keep whole sets of parameters."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from omnichat.messages import Effort
from omnichat.ranges import Limits
from services.chats.conversations import Lane
from services.models.fitting import fitted
from services.models.parameters import Parameters
from services.people.person import Person
from services.people.preferences import Preferences

DEFAULTS: Final = "parameters"
PRESETS: Final = "parameter presets"
MOST_PRESETS: Final = 100
LONGEST_NAME: Final = 80

FindLimits: TypeAlias = Callable[[Person, str, Effort | None], Awaitable[Limits]]


class TooManyPresetsError(ValueError):
    """Somebody keeps as many presets as they may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A set of parameters that has a name."""

    name: str
    parameters: Parameters


class Defaults:
    """One set of parameters a person for lanes that say nothing else, and any number of named ones."""

    def __init__(self, preferences: Preferences, limits: FindLimits) -> None:
        self._preferences = preferences
        self._limits = limits
        self._changing: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, who: Person) -> Parameters:
        """Return what goes for all lanes."""
        nothing: dict[str, Any] = {}
        return Parameters.read(await self._preferences.get(who, DEFAULTS, nothing))

    async def set(self, who: Person, parameters: Parameters) -> None:
        """Let these go for all lanes, from the next prompt on."""
        await self._preferences.set(who, DEFAULTS, parameters.told())

    async def effective(self, who: Person, lanes: Sequence[Lane]) -> list[Parameters]:
        """Return what each lane is asked with: its own, and under them the defaults as far as its model takes them."""
        defaults = await self.of(who)
        if not defaults.told():
            return [lane.parameters for lane in lanes]
        return [await self._over(defaults, who, lane) for lane in lanes]

    async def _over(self, defaults: Parameters, who: Person, lane: Lane) -> Parameters:
        effort = lane.parameters.effort or defaults.effort
        return lane.parameters.over(fitted(defaults, await self._limits(who, lane.model, effort)))

    async def presets(self, who: Person) -> list[Preset]:
        """Return the named ones, by name."""
        nothing: dict[str, Any] = {}
        kept = await self._preferences.get(who, PRESETS, nothing)
        read = [Preset(name=name, parameters=Parameters.read(told)) for name, told in kept.items()]
        return sorted(read, key=lambda preset: preset.name.lower())

    async def keep_preset(self, who: Person, preset: Preset) -> None:
        """Keep it, in the place of one with the same name; raise ``TooManyPresetsError`` above 100."""
        name = " ".join(preset.name.split())[:LONGEST_NAME]
        async with self._changing[who.id]:
            kept = {each.name: each.parameters.told() for each in await self.presets(who)}
            if len(kept.keys() - {name}) >= MOST_PRESETS:
                raise TooManyPresetsError(f"You keep {MOST_PRESETS} presets, which is all there is room for.")
            await self._preferences.set(who, PRESETS, {**kept, name: preset.parameters.told()})

    async def drop_preset(self, who: Person, name: str) -> None:
        """Forget the one with that name; lanes that took it over keep what they took."""
        async with self._changing[who.id]:
            kept = {each.name: each.parameters.told() for each in await self.presets(who) if each.name != name}
            await self._preferences.set(who, PRESETS, kept)
