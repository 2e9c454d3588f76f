"""Other places that let people in here, as the environment names them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from omnichat.errors import AddressError
from omnichat.guard import OpenNetworks, check_url, origin
from services.settings import SettingsError

NAMED: Final = re.compile(r"OMNICHAT_OIDC_([A-Z][A-Z0-9]*)_(?:ISSUER|CLIENT_ID|CLIENT_SECRET|TITLE)")
GITHUB: Final = "https://github.com"
KNOWN: Final = {"google": "https://accounts.google.com", "github": GITHUB}
TITLES: Final = {"google": "Google", "github": "GitHub", "keycloak": "Keycloak"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who vouches for people, and who we are to it; ``address`` is where what it says of itself is found."""

    name: str
    title: str
    address: str
    client_id: str
    client_secret: str = field(default="", repr=False)

    def opened(self, networks: OpenNetworks) -> OpenNetworks:
        """Return what may be called for it: it was named by whoever runs this server, so it may lie inside."""
        host = origin(self.address)[1]
        return OpenNetworks(names=networks.names | {host}, networks=networks.networks)


def read_issuers(environment: Mapping[str, str]) -> dict[str, Issuer]:
    """Return by name those of which ``OMNICHAT_OIDC_<NAME>_CLIENT_ID`` tells; raise ``SettingsError`` for half of one.

    ``_ISSUER`` is not needed for Google and GitHub; ``_TITLE`` is what the button says.
    """
    names = sorted({found[1] for key in environment if (found := NAMED.fullmatch(key))})
    return {name.lower(): _issuer(name, environment) for name in names}


def _issuer(name: str, environment: Mapping[str, str]) -> Issuer:
    prefix, short = f"OMNICHAT_OIDC_{name}", name.lower()
    given = {part: environment.get(f"{prefix}_{part}", "").strip() for part in ("ISSUER", "CLIENT_ID", "TITLE")}
    address = given["ISSUER"].rstrip("/") or KNOWN.get(short, "")
    for part, value in (("ISSUER", address), ("CLIENT_ID", given["CLIENT_ID"])):
        if not value:
            raise SettingsError(f"{prefix}_{part} is missing.")
    issuer = Issuer(
        name=short,
        title=given["TITLE"] or TITLES.get(short, name.capitalize()),
        address=address,
        client_id=given["CLIENT_ID"],
        client_secret=environment.get(f"{prefix}_CLIENT_SECRET", "").strip(),
    )
    try:
        check_url(address, OpenNetworks(names=frozenset({origin(address)[1]})))
    except (AddressError, ValueError) as error:
        raise SettingsError(f"{prefix}_ISSUER: {error}") from error
    return issuer
