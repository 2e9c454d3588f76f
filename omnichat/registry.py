"""Find providers by name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from omnichat import providers
from omnichat.errors import UnknownProviderError
from omnichat.plugins import BrokenPlugin, Plugins, load_plugins
from omnichat.provider import Provider


@cache
def every_provider() -> dict[str, Provider]:
    """Return every provider, ours and those of plug-ins, keyed and sorted by name."""
    return dict(sorted({**_ours(), **_plugins().providers}.items()))


def broken_plugins() -> tuple[BrokenPlugin, ...]:
    """Return the plug-ins that were left out, and why."""
    return _plugins().broken


@cache
def _ours() -> dict[str, Provider]:
    names = (module.name for module in iter_modules(providers.__path__))
    return {name: import_module(f"omnichat.providers.{name}").PROVIDER for name in names}


@cache
def _plugins() -> Plugins:
    return load_plugins(_ours())


def provider_named(name: str) -> Provider:
    """Return the provider called ``name``.

    Raise an ``UnknownProviderError`` if there is none.
    """
    try:
        return every_provider()[name]
    except KeyError:
        raise UnknownProviderError(f"there is no provider {name!r}; there are {', '.join(every_provider())}") from None


def split(model: str) -> tuple[Provider, str]:
    """Split ``"groq/llama-3.3-70b"`` into its provider and the name that provider knows.

    Raise an ``UnknownProviderError`` if there is none.
    """
    name, _, rest = model.partition("/")
    if not rest:
        raise UnknownProviderError(f"{model!r} is not of the form provider/model")
    return provider_named(name), rest
