"""What a person's vote on the answers to a turn says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a vote says."""

    BETTER = "better"
    TIE = "tie"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """``models`` are those that answered, by the uid of their lane; ``winner`` is the lane found better, or nothing."""

    turn: str
    verdict: Verdict
    winner: str
    models: Mapping[str, str]
    tag: str = ""
    blind: bool = False
