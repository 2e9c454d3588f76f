"""Which addresses a stranger may make us call."""

from __future__ import annotations

import socket
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from omnichat.errors import AddressError

WRAPPINGS = tuple(
    IPv6Network(net)
    for net in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)
DOTS = str.maketrans("\u3002\uff0e\uff61", "...")  # dots to those who turn a name into its ASCII form
SPECIAL = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))  # not all of it known to every Python


class BlockedAddressError(OSError):
    """A name leads to an address inside a private network."""


def check_url(url: str) -> None:
    """Raise an ``AddressError`` unless ``url`` is http(s), carries no credentials and names no inner address.

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
    if address is not None and not is_public(address):
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
