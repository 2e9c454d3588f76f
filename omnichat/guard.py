"""Which addresses a stranger may make us call."""

from __future__ import annotations

import re
import socket
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

from omnichat.errors import AddressError

WRAPPINGS = tuple(
    IPv6Network(net)
    for net in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)
DOTS = str.maketrans("\u3002\uff0e\uff61", "...")  # dots to those who turn a name into its ASCII form
SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))  # not all of it known to every Python

Network: TypeAlias = IPv4Network | IPv6Network


class BlockedAddressError(OSError):
    """A name leads to an address inside a private network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNetworks:
    """What an operator opens though it lies inside: host names, and networks."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def read(cls, text: str) -> OpenNetworks:
        """Return what ``text`` opens, such as ``ollama.lan, 192.168.1.0/24``; raise a ``ValueError`` for nonsense."""
        names, networks = set[str](), list[Network]()
        for entry in filter(None, text.replace(",", " ").lower().split()):
            if re.fullmatch(r"[\d.]+(/\d+)?|\[?[0-9a-f:.]*:[0-9a-f:.]*\]?(/\d+)?", entry):
                networks.append(ip_network(entry.replace("[", "").replace("]", "")))
            elif re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", entry):
                names.add(entry)
            else:
                raise ValueError(f"{entry} is neither a host name nor a network")
        return cls(names=frozenset(names), networks=tuple(networks))

    def allow(self, host: str, address: IPv4Address | IPv6Address) -> bool:
        """Return whether a call to ``host``, which leads to ``address``, may go there."""
        return is_public(address) or host.lower().rstrip(".") in self.names or any(address in n for n in self.networks)


CLOSED = OpenNetworks()


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of a well-formed ``url``."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def check_url(url: str, opened: OpenNetworks = CLOSED) -> None:
    """Raise an ``AddressError`` unless ``url`` is http(s), carries no credentials and names no closed inner address.

    A name is only known to be safe once it is resolved: that is for the resolver to check, when it connects.
    """
    if any(character.isspace() or ord(character) < 32 or character == "\\" for character in url):
        raise AddressError("the address holds a space, a control character or a backslash")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(f"the address is malformed: {error}") from error
    if parts.scheme not in {"http", "https"}:
        raise AddressError("the address must begin with https:// or http://")
    if "@" in parts.netloc:
        raise AddressError("the address must not hold a name or password")
    if not host:
        raise AddressError("the address names no host")
    address = literal(host)
    if address is not None and not opened.allow(host, address):
        raise AddressError(f"{host} is inside a private network")


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that ``host`` spells, in any notation the system's resolver accepts, or None for a name."""
    host = unicodedata.normalize("NFKC", host).translate(DOTS).strip("[]").rstrip(".")
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))  # 2130706433, 0x7f.1, 0177.0.0.1
    except (OSError, ValueError):
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether ``address`` lies in the open internet, and is no IPv6 wrapping of an IPv4 address."""
    if isinstance(address, IPv6Address):
        inner = address.is_site_local or any(address in net for net in WRAPPINGS)
    else:
        inner = any(address in net for net in SPECIAL)
    return address.is_global and not (inner or address.is_multicast or address.is_reserved or address.is_unspecified)
