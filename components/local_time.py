"""Times as whoever looks at a page has them."""

from __future__ import annotations

from datetime import datetime
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nicegui import Client, context

_zones: WeakKeyDictionary[Client, ZoneInfo] = WeakKeyDictionary()


def keep_zone(client: Client, name: str) -> None:
    """Tell the times of a page in the zone of that name; without one, or one that is unknown here, in the server's."""
    try:
        _zones[client] = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        _zones.pop(client, None)


def local(moment: datetime) -> datetime:
    """Return the moment in the zone of the page that is being drawn."""
    return moment.astimezone(_zone())


def begin_of(day: str) -> datetime | None:
    """Return the begin of a day such as ``2026-11-21`` for whoever looks, or None for nothing, or nonsense."""
    try:
        begun = datetime.fromisoformat(day) if day else None
    except ValueError:
        return None
    zone = _zone()
    return begun and (begun.replace(tzinfo=zone) if zone else begun.astimezone())


def _zone() -> ZoneInfo | None:
    try:
        return _zones.get(context.client)
    except RuntimeError:  # nothing is being drawn
        return None
