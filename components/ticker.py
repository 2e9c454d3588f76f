"""One beat for a whole page: cards that changed are drawn together, so that they leave in one message."""

import asyncio
import logging
from collections.abc import Callable
from weakref import WeakKeyDictionary

from nicegui import Client, context

Draw = Callable[[], None]

FASTEST = 0.08  # seconds between two beats
SLOWEST = 0.4
SHARE = 8  # a page may use about one part in so many of the loop's time for drawing
LONGEST = 0.02  # seconds; what is not drawn by then leaves with the next message, so that no browser stands still
LOG = logging.getLogger(__name__)


class Ticker:
    """Draw what is marked: at once after a pause, else at the next beat; slower when drawing takes long."""

    def __init__(self) -> None:
        self._due: dict[Draw, None] = {}
        self._timer: asyncio.Handle | None = None
        self._next = 0.0
        self._stopped = False

    def mark(self, draw: Draw, *, at_once: bool = False) -> None:
        """Have this drawn soon, once, however often it is marked; ``at_once`` does not wait for the beat."""
        if self._stopped:
            return
        self._due[draw] = None
        if at_once and self._timer:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._next = loop.time() if at_once else max(loop.time(), self._next)
            self._timer = loop.call_at(self._next, self._beat)

    def stop(self) -> None:
        """Draw nothing any more."""
        self._stopped = True
        self._due.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        late = began - self._next
        self._timer = None
        due, self._due = self._due, {}
        for draw in due:
            if loop.time() - began > LONGEST:
                self._due[draw] = None
                continue
            try:
                draw()
            except Exception:
                LOG.exception("A view could not be drawn; the others go on")
        strain = loop.time() - began + late
        self._next = began + (FASTEST if self._due else min(SLOWEST, max(FASTEST, SHARE * strain)))
        if self._due:
            self._timer = loop.call_at(self._next, self._beat)


def page_ticker() -> Ticker:
    """Find the ticker of the page being built or handled; it stops when the page goes."""
    client = context.client
    if client not in _TICKERS:
        ticker = _TICKERS[client] = Ticker()
        client.on_delete(ticker.stop)
    return _TICKERS[client]


_TICKERS: WeakKeyDictionary[Client, Ticker] = WeakKeyDictionary()
