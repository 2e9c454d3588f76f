"""The ``details`` of a refusal by Google: why, of which quota, and for how long.

See https://cloud.google.com/apis/design/errors#error_details.
"""

from __future__ import annotations

import re
from typing import Any

from omnichat.wire_json import mappings, words

SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")
PER_DAY = "quota_per_day"


def read_reasons(details: object) -> list[str]:
    """Return the reasons, such as ``API_KEY_INVALID``, and ``quota_per_day`` where waiting a minute is no use."""
    rows = mappings(details)
    limits = [words(limit.get("quotaId")) for row in rows for limit in mappings(row.get("violations"))]
    reasons = [reason for row in rows if (reason := words(row.get("reason")))]
    return [PER_DAY, *reasons] if any("PerDay" in limit for limit in limits) else reasons


def read_delay(details: object) -> float | None:
    """Return the seconds to wait, if they are told."""
    delays: list[Any] = [row.get("retryDelay") for row in mappings(details)]
    found = next((match for delay in delays if (match := SECONDS.fullmatch(words(delay)))), None)
    return float(found[1]) if found else None
