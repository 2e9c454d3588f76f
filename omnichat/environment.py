"""What the environment says about keys and addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from omnichat.provider import Provider


@dataclass(frozen=True, slots=True)
class Environment:
    """Keys and base addresses by provider name, as they were when this was made."""

    keys: Mapping[str, str] = field(repr=False)
    base_urls: Mapping[str, str]

    @classmethod
    def read(cls, variables: Mapping[str, str], providers: Iterable[Provider]) -> Environment:
        """Return what ``variables`` hold for ``providers``; blank ones count as missing."""
        keys, base_urls = dict[str, str](), dict[str, str]()
        for provider in providers:
            own = (f"{provider.name.upper()}_BASE_URL", *provider.address_envs)
            if key := _first(variables, key_names(provider)):
                keys[provider.name] = key
            if address := _first(variables, own):
                base_urls[provider.name] = address
        return cls(keys, base_urls)


def key_names(provider: Provider) -> tuple[str, ...]:
    """Return the variables that may hold the provider's key, the first one first."""
    return (provider.key_env, *provider.key_envs) if provider.key_env else ()


def headers_of(provider: Provider, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that ``variables`` want to go along with our own key."""
    told = {header: variables.get(name, "").strip() for header, name in provider.header_envs.items()}
    return {header: value for header, value in told.items() if value}


def _first(variables: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((value for name in names if (value := variables.get(name, "").strip())), None)
