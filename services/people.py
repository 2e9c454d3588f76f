"""Whose data it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who owns conversations; every service method that touches them takes one as ``who``."""

    id: int
    uid: str
    name: str
