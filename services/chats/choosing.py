"""Who is asked in a conversation, changed all at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from services.chats.chats import LONGEST_NAME, MOST_LANES, Chats
from services.chats.conversations import Conversation, Lane
from services.chats.replies import new_uid
from services.models.offers import Entry
from services.models.selection import LONGEST_TITLE, can_be_typed, plain_title
from services.models.shelves import Shelves
from services.people.person import Person
from services.people.rules import KnowsRules

NAMED: Final = 3  # models in a sentence


class ManyLanesError(ValueError):
    """More lanes than is usual here: possible, if the person is sure."""


class Catalogue(Protocol):
    """Whoever knows what models are called."""

    async def entry(self, who: Person, model: str) -> Entry | None:
        """Return what is known of ``source/model``."""
        ...


class Choosing:
    """Turn models that somebody picked into lanes, and remember them for the next new chat.

    With more lanes than are ``usual``, and more than there were, a ``ManyLanesError`` is raised before anything is
    changed, unless they are to be asked ``anyway``.
    """

    def __init__(
        self, chats: Chats, catalogue: Catalogue, shelves: Shelves, rules: KnowsRules, *, usual: int = MOST_LANES
    ) -> None:
        self._usual = usual
        self._chats = chats
        self._catalogue = catalogue
        self._shelves = shelves
        self._rules = rules

    async def choose(self, who: Person, uid: str, models: Sequence[str], *, anyway: bool = False) -> list[Lane]:
        """Let the conversation ask exactly ``models``, each as often as it is there; return the lanes put away.

        Lanes of models that stay are left as they are, of those that are asked less often the last go. Raise
        ``TooManyLanesError`` above the limit, ``NotAllowedError`` for a new model that ``who`` may not ask, before
        anything is changed.
        """
        await self._chats.demand_room(who, len(models))
        conversation = await self._chats.open(who, uid)
        self._make_sure(conversation, len(models), anyway=anyway)
        wanted, gone = Counter(models), list[Lane]()
        for lane in conversation.active_lanes:
            wanted[lane.model] -= 1
            if wanted[lane.model] < 0:
                gone.append(lane)
        added = [model for model in dict.fromkeys(models) for _ in range(wanted[model])]
        access = await self._rules.rules_of(who)
        for model in added:
            access.demand_model(model)
        put_away = {lane.uid for lane in gone}
        lanes = [
            replace(lane, removed=True) if lane.uid in put_away else lane
            for lane in conversation.lanes
            if conversation.turns or not lane.removed
        ]
        lanes += [await self._lane(who, model) for model in added]
        await self._chats.set_lanes(who, uid, _called_apart(lanes))
        if added:
            await self._shelves.note_asked(who, added)
        await self._remember(who, conversation)
        return gone

    async def add(self, who: Person, uid: str, lane: Lane, *, anyway: bool = False) -> Lane:
        """Let the conversation ask a lane like this one too, under a name of its own; return it."""
        conversation = await self._chats.open(who, uid)
        there = conversation.active_lanes
        self._make_sure(conversation, len(there) + 1, anyway=anyway)
        added = _called_apart([*there, replace(lane, uid=new_uid())])[-1]
        await self._chats.add_lane(who, uid, added)
        return added

    async def swap(self, who: Person, uid: str, lane_uid: str, model: str) -> None:
        """Let a lane ask another model from the next prompt on; it keeps its name, unless that was the model's.

        Raise ``NotAllowedError`` for one that ``who`` may not ask.
        """
        conversation = await self._chats.open(who, uid)
        lane = conversation.lane(lane_uid)
        if lane.model == model:
            return
        (await self._rules.rules_of(who)).demand_model(model)
        old, new = await self._title(who, lane.model), await self._title(who, model)
        named = f"({'|'.join(map(re.escape, (old, plain_title(lane.model)[:LONGEST_NAME])))})( \\d+)?"
        own = lane.persona or not re.fullmatch(named, lane.name)
        others = [other for other in conversation.active_lanes if other.uid != lane_uid]
        changed = replace(lane, model=model, name=lane.name if own else new)
        await self._chats.change_lane(who, uid, _called_apart([*others, changed])[-1])
        await self._shelves.note_asked(who, [model])
        await self._remember(who, conversation)

    async def start(self, who: Person, models: Iterable[str]) -> Conversation:
        """Return the blank conversation, asking those of ``models`` that can be and that ``who`` may ask."""
        access = await self._rules.rules_of(who)
        blank = await self._chats.blank(who)
        most = await self._chats.most_lanes(who)
        wanted = [model for model in models if can_be_typed(model) and access.allows(model)][:most]
        there = blank.active_lanes
        if wanted and wanted != [lane.model for lane in there]:
            lanes = [_taken(there, model) or await self._lane(who, model) for model in wanted]
            await self._chats.set_lanes(who, blank.uid, _called_apart(lanes))
            await self._shelves.note_asked(who, wanted)
        return blank

    async def left_out(self, who: Person, models: Iterable[str]) -> str:
        """Return which of ``models`` are passed over by ``start``, in words as somebody wrote them, or nothing."""
        access = await self._rules.rules_of(who)
        unknown = [model for model in dict.fromkeys(models) if not can_be_typed(model)]
        barred = [model for model in dict.fromkeys(models) if can_be_typed(model) and not access.allows(model)]
        words = [f"No model{'' if len(unknown) == 1 else 's'} called {_listed(unknown)}."] if unknown else []
        return " ".join([*words, *([f"You may not ask {_listed(barred)}."] if barred else [])])

    def _make_sure(self, conversation: Conversation, count: int, *, anyway: bool) -> None:
        if not anyway and count > max(self._usual, len(conversation.active_lanes)):
            raise ManyLanesError(
                f"Every prompt goes to all {count} of them. That costs more, takes longer, and is much to read."
            )

    async def _remember(self, who: Person, conversation: Conversation) -> None:
        """Let the next new chat ask the same, unless somebody has begun to write there."""
        blank = await self._chats.blank(who)
        if blank is not conversation and not blank.draft:
            lanes = conversation.active_lanes[: await self._chats.most_lanes(who)]
            await self._chats.set_lanes(who, blank.uid, [replace(lane, uid=new_uid()) for lane in lanes])

    async def _lane(self, who: Person, model: str) -> Lane:
        return Lane(model=model, name=await self._title(who, model))

    async def _title(self, who: Person, model: str) -> str:
        entry = await self._catalogue.entry(who, model)
        title = " ".join(entry.title[:LONGEST_TITLE].split()) if entry else ""
        return (title or plain_title(model))[:LONGEST_NAME]


def _taken(lanes: list[Lane], model: str) -> Lane | None:
    """Take the first lane of a model out of ``lanes``."""
    found = next((lane for lane in lanes if lane.model == model), None)
    if found:
        lanes.remove(found)
    return found


def _listed(names: Sequence[str]) -> str:
    """Return a few names in a line, however long and however many they are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    lines = (" ".join(name.split()) for name in names[:NAMED])
    return ", ".join(line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…" for line in lines) + more


def _called_apart(lanes: Iterable[Lane]) -> list[Lane]:
    """Return the lanes, those that are asked under names that no two share."""
    taken, apart = set[str](), list[Lane]()
    for lane in lanes:
        name, number = lane.name, 2
        while name in taken and not lane.removed:
            name, number = f"{lane.name} {number}", number + 1
        if not lane.removed:
            taken.add(name)
        apart.append(lane if name == lane.name else replace(lane, name=name))
    return apart
