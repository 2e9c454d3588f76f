"""What people may use: the rules of one group, and what all groups of somebody come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Protocol

from services.people.person import NotAllowedError, Person


class Feature(StrEnum):
    """Something that a group may have or not."""

    KEYS = "own keys"
    ENDPOINTS = "endpoints"
    SYNTHESIS = "synthesis"
    TOKENS = "api tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the members of a group may use; None is no limit.

    ``providers`` are names that models begin with, ``models`` patterns such as ``groq/llama*`` or ``*mini*``. ``lanes``
    are those of one chat, ``answers`` those that run at once for one person, ``upload_bytes`` those of one file.
    """

    providers: tuple[str, ...] | None = None
    models: tuple[str, ...] | None = None
    lanes: int | None = None
    answers: int | None = None
    upload_bytes: int | None = None
    features: tuple[Feature, ...] | None = None

    def allow_source(self, name: str) -> bool:
        """Return whether there may be models that begin with ``name``."""
        return self.providers is None or name in self.providers

    def allow(self, model: str) -> bool:
        """Return whether ``source/model`` may be asked."""
        name = model.partition("/")[0]
        return self.allow_source(name) and (self.models is None or any(_fits(model, each) for each in self.models))

    def have(self, feature: Feature) -> bool:
        """Return whether the group has that; endpoints of one's own are no listed provider."""
        if feature is Feature.ENDPOINTS and self.providers is not None:
            return False
        return self.features is None or feature in self.features


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What one person may use: what any of their groups allows, but nothing that is switched off for everybody.

    ``models_off`` are case-folded: some providers take names of models in any case.
    """

    grants: tuple[Rules, ...] = (Rules(),)
    sources_off: frozenset[str] = frozenset()
    models_off: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether every model may be asked."""
        all_allowed = any(rules.providers is None and rules.models is None for rules in self.grants)
        return all_allowed and not self.sources_off and not self.models_off

    @property
    def lanes(self) -> int | None:
        """How many lanes a chat may have."""
        return _most(rules.lanes for rules in self.grants)

    @property
    def answers(self) -> int | None:
        """How many answers may run at once."""
        return _most(rules.answers for rules in self.grants)

    @property
    def upload_bytes(self) -> int | None:
        """How large a file may be."""
        return _most(rules.upload_bytes for rules in self.grants)

    def allows_source(self, name: str) -> bool:
        """Return whether there may be models that begin with ``name``."""
        return name not in self.sources_off and any(rules.allow_source(name) for rules in self.grants)

    def allows(self, model: str) -> bool:
        """Return whether ``source/model`` may be asked."""
        return not self._is_off(model) and any(rules.allow(model) for rules in self.grants)

    def has(self, feature: Feature) -> bool:
        """Return whether that may be used."""
        return any(rules.have(feature) for rules in self.grants)

    def demand_model(self, model: str) -> None:
        """Raise ``NotAllowedError`` for a model that may not be asked."""
        if self._is_off(model):
            raise NotAllowedError(f"{model} is switched off here. Choose another model.")
        if not self.allows(model):
            raise NotAllowedError(f"{model} is not among the models of your group. Choose another, or ask an admin.")

    def demand(self, feature: Feature) -> None:
        """Raise ``NotAllowedError`` for what may not be used."""
        if not self.has(feature):
            raise NotAllowedError(f"Your group may not use this ({feature}). Ask an admin for it.")

    def _is_off(self, model: str) -> bool:
        return model.partition("/")[0] in self.sources_off or model.casefold() in self.models_off


class KnowsRules(Protocol):
    """Who knows what people may use."""

    async def rules_of(self, who: Person) -> Access:
        """Return what ``who`` may use now."""
        ...

    async def demand(self, who: Person, feature: Feature) -> None:
        """Raise ``NotAllowedError`` where ``who``, who was read just now, may not use that."""
        ...


def _most(limits: Iterable[int | None]) -> int | None:
    """Return the greatest limit, or None where one of them is none."""
    found = list(limits)
    known = [each for each in found if each is not None]
    return max(known) if known and len(known) == len(found) else None


def _fits(model: str, pattern: str) -> bool:
    """Return whether a pattern is about the whole name, or about what follows the source."""
    pattern, model = pattern.lower(), model.lower()
    return fnmatchcase(model, pattern) or fnmatchcase(model.partition("/")[2], pattern)
