"""How long we wait for a provider."""

from __future__ import annotations

from dataclasses import dataclass

RETRIES = 2
PACE = 0.04  # seconds between two readings of a running answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds until we give up: for a connection, for the first byte, for the next one; never for the whole answer.

    ``own_first_byte`` holds for a server of one's own, which may have to load a model and read a long prompt first.
    A provider that asks us to wait for more than ``limited`` seconds before the next attempt is not asked again.
    """

    connect: float = 10
    first_byte: float = 120
    own_first_byte: float = 600
    stall: float = 120
    limited: float = 60
    epilogue: float = 5  # for what follows the end of an answer: usage, a closing mark
