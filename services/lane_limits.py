"""What the model of a lane takes."""

from __future__ import annotations

import asyncio

from omnichat.messages import Effort
from omnichat.ranges import Limits
from services.fitting import limits_for
from services.people import Person


class LaneLimits:
    """What each model takes, by what its provider and the bundled facts say."""

    async def of(self, who: Person, model: str, effort: Effort | None = None) -> Limits:
        """Return what ``source/model`` takes while it thinks with ``effort``."""
        return await asyncio.to_thread(limits_for, model, None, None, effort)  # the facts are read at first use
