"""What the rows of providers say."""

from __future__ import annotations

from typing import Final

from omnichat.provider import Provider
from omnichat.registry import every_provider
from services.models.availability import State
from services.models.keys import SavedKey
from services.models.offers import Source
from services.models.trials import Trial
from services.people.rules import Access, Feature

BEST_KNOWN: Final = ("groq", "openai", "anthropic", "openrouter")
STANDINGS = {
    State.UNKNOWN: "untested",
    State.ANSWERS: "works",
    State.BUSY: "unclear",
    State.REFUSES: "refused",
    State.FAILS: "unclear",
}


def title_of(name: str) -> str:
    """Return what a provider is called; one that is not ours, such as an endpoint, by its name."""
    provider = every_provider().get(name)
    return provider.title if provider else name


def keyed(access: Access) -> list[Provider]:
    """Return a few providers that somebody may bring a key for, the best known if any of them are allowed."""
    if not access.has(Feature.KEYS):
        return []
    fitting = [each for each in every_provider().values() if each.key_env and access.allows_source(each.name)]
    known = sorted((each for each in fitting if each.name in BEST_KNOWN), key=lambda each: BEST_KNOWN.index(each.name))
    return known or fitting[: len(BEST_KNOWN)]


def key_state(key: SavedKey, *, moved: bool) -> str:
    """Return how a key is, by what its last test said."""
    if moved:
        return "moved"
    if not key.active:
        return "unused"
    if key.tested_at is None:
        return "untested"
    return {True: "works", False: "refused", None: "unclear"}[key.works]


def trial_state(trial: Trial | None) -> str:
    """Return how a source is, by what its last test said."""
    return {True: "works", False: "refused", None: "unclear"}[trial.works] if trial else "untested"


def origin(source: Source) -> str:
    """Return why a source is in reach without a key of one's own."""
    if source.scope:
        return "shared with you by this server"
    if source.name == "local":
        return "no key needed"
    if source.base_url:
        return f"found at {source.base_url.removeprefix('http://')} · no key needed"
    return "from the environment"
