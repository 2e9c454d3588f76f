"""Whether and when a call that failed is made again."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeAlias

from omnichat.errors import ProviderError

LONGEST_BACKOFF = 8.0  # seconds

OnWait: TypeAlias = Callable[[ProviderError, float], None]


def nobody_told(error: ProviderError, seconds: float) -> None:
    """Take the news of a wait, and do nothing."""


def seconds_until_again(error: ProviderError, attempt: int, retries: int, patience: float) -> float | None:
    """Return how long to wait before the next attempt, as the provider wishes it, or None if there shall be none.

    One that asks for more than ``patience`` seconds is not asked again.
    """
    if not error.should_retry or attempt >= retries or (error.retry_after or 0) > patience:
        return None
    if error.retry_after is not None:
        return error.retry_after
    return min(LONGEST_BACKOFF, 0.5 * 2.0**attempt) * random.uniform(0.75, 1)
