"""Providers that other packages bring along, under the entry-point group ``omnichat.providers``."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points

from omnichat.provider import Provider

log = logging.getLogger(__name__)

GROUP = "omnichat.providers"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPlugin:
    """An entry point that gave no provider: its ``name``, the ``package`` it belongs to, and why, in ``words``."""

    name: str
    package: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugins:
    """What the installed packages bring along: ``providers`` by name, and what is ``broken``."""

    providers: dict[str, Provider] = field(default_factory=dict)
    broken: tuple[BrokenPlugin, ...] = ()


def load_plugins(taken: Collection[str]) -> Plugins:
    """Import the plug-ins; one that breaks, or whose name is ``taken``, is named in the log and stops nothing."""
    found, broken = dict[str, Provider](), list[BrokenPlugin]()
    for point in sorted(entry_points(group=GROUP), key=lambda each: (each.name, _package(each))):
        try:
            provider = _provider(point, {*taken, *found})
        except (Exception, SystemExit) as error:
            log.exception("The plug-in %s of the package %s is left out", point.name, _package(point))
            broken.append(BrokenPlugin(name=point.name, package=_package(point), words=_words(error)))
        else:
            found[provider.name] = provider
    return Plugins(providers=found, broken=tuple(broken))


def _provider(point: EntryPoint, taken: Collection[str]) -> Provider:
    provider = point.load()
    if not isinstance(provider, Provider):
        raise TypeError(f"{point.value} is no Provider, but {type(provider).__name__}")
    if not NAME.fullmatch(provider.name):
        raise ValueError(f"{provider.name!r} is no name for a provider: small letters, digits, - and _, at most 40")
    if provider.name in taken:
        raise ValueError(f"there is a provider called {provider.name!r} already")
    return provider


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "?"


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
