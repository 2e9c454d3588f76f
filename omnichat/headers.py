"""Headers that prove who we are, and those that a person adds to every call to an address of theirs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from omnichat.errors import AddressError, AuthenticationError
from omnichat.target import Target

NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
VALUE = re.compile(r"[\x20-\x7e]{0,4000}")
MOST = 20
OURS = frozenset(
    {
        *("accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host"),
        *("keep-alive", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)


def check_headers(headers: Mapping[str, str]) -> None:
    """Raise an ``AddressError`` for a header that could change where a call ends or whom it reaches.

    A value is named in no error, for it may be a secret.
    """
    if len(headers) > MOST:
        raise AddressError(f"there are more than {MOST} headers")
    for name, value in headers.items():
        if not NAME.fullmatch(name):
            raise AddressError("the name of a header may hold letters, digits and hyphens only")
        if name.lower() in OURS or name.lower().startswith(("proxy-", "sec-")):
            raise AddressError(f"the header {name} is not for others to set")
        if not VALUE.fullmatch(value):
            raise AddressError(f"the value of the header {name} is too long, or holds characters that no header may")


def joined(*layers: Mapping[str, str]) -> dict[str, str]:
    """Return all headers, of which the last of each name counts, however it is spelt."""
    latest = {name.lower(): (name, value) for layer in layers for name, value in layer.items()}
    return dict(latest.values())


def proof(target: Target) -> dict[str, str]:
    """Return the headers that prove who we are, and the person's own, which come before them."""
    check_headers(target.headers)
    ours = target.provider.dialect.headers(target.key)
    if not all(value.isascii() and value.isprintable() for value in ours.values()):
        raise AuthenticationError("the key holds characters that no key has", provider="")
    return joined(ours, target.headers)
