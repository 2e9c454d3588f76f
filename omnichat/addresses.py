"""Base addresses, as people write them and as we need them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlencode, urlsplit

from omnichat.errors import AddressError
from omnichat.provider import Provider

TAILS = ("/chat/completions", "/completions", "/responses", "/messages", "/models", "/api/chat", "/api/tags")
LISTENING = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # where a server listens, and where it is found


def tidy(address: str, provider: Provider) -> str:
    """Return ``address`` so that the paths of the provider's dialect can be appended to it.

    People paste whole endpoints, forget ``http://`` (``https://`` where a key is at stake) and the usual port, and
    leave out or add the ``/v1``. A query is kept where it means something.
    """
    bare = "://" not in address
    try:
        scheme = "https" if provider.key_needed else "http"
        parts = urlsplit(f"{scheme}://{address.strip()}" if bare else address.strip())
        usual = urlsplit(provider.base_url)
        origin = f"{parts.scheme}://{_place(parts, usual.port if bare else None)}"
    except ValueError as error:
        raise AddressError(f"the address is malformed: {error}") from error
    path = parts.path.rstrip("/")
    for tail in TAILS:
        path = path.removesuffix(tail).rstrip("/")
    if not usual.path and re.match(r"/(v\d\w*|api)/", provider.dialect.models().path):
        path = re.sub(r"/(v[12]|api)$", "", path)
    elif not path and not provider.key_needed:
        path = "/v1"
    return origin + path + (f"?{parts.query}" if parts.query and provider.query_envs else "")


def versioned(address: str, provider: Provider, variables: Mapping[str, str]) -> str:
    """Return ``address`` with the query that ``variables`` ask for, if it has none."""
    found = {
        name: value
        for name, names in provider.query_envs.items()
        if (value := next((value for one in names if (value := variables.get(one, "").strip())), ""))
    }
    return address if "?" in address or not found else f"{address}?{urlencode(found)}"


def beside(base_url: str, base: str, usual: str) -> str:
    """Return the address to use for a call that wants another ``base`` than ``base_url``.

    A ``base`` such as ``/upload`` goes between host and path; a whole one counts only where ``base_url`` is the
    ``usual`` one.
    """
    if base.startswith("/"):
        parts = urlsplit(base_url)
        return f"{parts.scheme}://{parts.netloc}{base}{parts.path}"
    return base if base and base_url == usual else base_url


def _place(parts: SplitResult, usual_port: int | None) -> str:
    """Return host and port; what else stands before the path is kept for the guard to see."""
    host = parts.hostname or ""
    if host not in LISTENING:
        return parts.netloc if parts.port or not usual_port else f"{parts.netloc}:{usual_port}"
    host, port = LISTENING[host], parts.port or usual_port
    return (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
