"""So many at once and no more: whoever comes later waits in line, and knows the place."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class _Ticket:
    keys: Mapping[str, int]
    tell: Callable[[int], None]
    place: int = 0
    admitted: asyncio.Event = field(default_factory=asyncio.Event)


class Gate:
    """Each who enters names the things it uses, and how many may use each at once; first come, first served.

    Nobody overtakes another who waits for the same thing, and nobody waits for a thing that only others want.
    """

    def __init__(self) -> None:
        self._inside: Counter[str] = Counter()
        self._line: list[_Ticket] = []

    @asynccontextmanager
    async def entered(self, keys: Mapping[str, int], tell: Callable[[int], None]) -> AsyncGenerator[None, None]:
        """Wait until each of ``keys`` has room for one more, and be counted inside; ``keys`` maps it to its limit.

        ``tell`` is called with the place in line, 1 being the next, whenever it changes, and with 0 at the end of it.
        """
        ticket = _Ticket(keys, tell)
        self._line.append(ticket)
        try:
            self._admit()
            await ticket.admitted.wait()
            yield
        finally:
            if ticket.admitted.is_set():
                self._inside.subtract(ticket.keys.keys())
                self._inside += Counter()  # forget what nobody uses
            else:
                self._line.remove(ticket)
            self._admit()

    def _admit(self) -> None:
        """Let in all who can be, and tell the others how many are before them who want the same."""
        ahead: Counter[str] = Counter()
        still_waiting = []
        for ticket in self._line:
            blocking = [key for key, limit in ticket.keys.items() if ahead[key] or self._inside[key] >= limit]
            if blocking:
                place = 1 + max(ahead[key] for key in blocking)
                ahead.update(ticket.keys.keys())
                still_waiting.append(ticket)
            else:
                place = 0
                self._inside.update(ticket.keys.keys())
                ticket.admitted.set()
            if place != ticket.place:
                ticket.place = place
                ticket.tell(place)
        self._line = still_waiting
