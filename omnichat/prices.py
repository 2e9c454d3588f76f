"""What a token costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """US dollars a token; ``cached`` is for input read from the provider's cache, ``written`` for input put there."""

    input: float | None = None
    output: float | None = None
    cached: float | None = None
    written: float | None = None

    def over(self, known: Prices) -> Prices:
        """Return these, or, where they name neither input nor output, those that are ``known``."""
        return known if self.input is None and self.output is None else self


UNPRICED: Final = Prices()
