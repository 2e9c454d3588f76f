"""Recorded answers with one value made nonsense: whatever a server sends, only our errors come out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, TypeAlias

import pytest

from omnichat.bedrock_invoked import unwrapped
from omnichat.errors import ProviderError
from omnichat.framing import framer_for
from omnichat.provider import ServerEvent
from tests.omnichat.recorded import Recorded, streams
from tests.omnichat.telling import one_by_one

Path: TypeAlias = tuple[str | int, ...]

NONSENSE: tuple[Any, ...] = (None, True, -1, 10**400, float("nan"), "", "x", [], [None], [{}], ["x"], {}, {"x": []})
STREAMS = [pytest.param(recorded, id=recorded.name) for recorded in streams()]


def events_of(recorded: Recorded) -> list[ServerEvent]:
    framer = framer_for(recorded.kind)
    events: list[ServerEvent] = []
    with suppress(ProviderError):  # a recording of broken frames
        events += framer.feed(recorded.body)
        events += framer.end()
    return events


def places(value: Any, at: Path = ()) -> Iterator[Path]:
    """Yield the way to every value inside, the outermost first."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from places(one, (*at, name))


def with_nonsense(value: Any, at: Path, nonsense: Any) -> Any:
    """Return ``value`` with ``nonsense`` at that place."""
    if not at:
        return nonsense
    changed = value.copy()
    changed[at[0]] = with_nonsense(value[at[0]], at[1:], nonsense)
    return changed


def spoilt(events: list[ServerEvent]) -> Iterator[list[ServerEvent]]:
    """Yield the events with nonsense in one place, once for each kind of place and of nonsense."""
    seen: set[tuple[str, Path]] = set()
    for number, event in enumerate(events):
        try:
            told = json.loads(event.data)
        except ValueError:
            continue
        kind = event.name + str(told.get("type") if isinstance(told, dict) else "")
        for place in places(told):
            if (kind, place) not in seen:
                seen.add((kind, place))
                for nonsense in NONSENSE:
                    data = json.dumps(with_nonsense(told, place, nonsense))
                    yield [*events[:number], ServerEvent(data, event.name), *events[number + 1 :]]


@pytest.mark.parametrize("recorded", STREAMS)
async def test_nonsense_anywhere_is_read_or_refused_by_an_error_of_ours(recorded: Recorded) -> None:
    events = events_of(recorded)
    await survive(recorded, events)
    if any("bytes" in event.data for event in events if event.name == "chunk"):
        with suppress(ProviderError):  # a recording of broken chunks
            await survive(recorded, [unwrapped(event) for event in events])


async def survive(recorded: Recorded, whole: list[ServerEvent]) -> None:
    for events in spoilt(whole):
        with suppress(ProviderError):
            async for _ in recorded.provider.dialect.read(one_by_one(events)):
                pass
