"""Who signs for Amazon; credentials that are not for ever are kept until shortly before they expire.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from typing_extensions import override

from omnichat.aws_profile import Credentials, is_pair, region_of
from omnichat.aws_signature import signed
from omnichat.aws_source import MISSING, Source
from omnichat.aws_sources import source_of
from omnichat.errors import AuthenticationError, MissingKeyError
from omnichat.signing import Outgoing, Post, Signer

HOST = re.compile(r"(?:^|[.-])(?P<service>bedrock(?:-mantle)?)(?:-[a-z-]+)?\.(?P<region>[a-z]{2}[a-z0-9-]+-\d)\.")
EARLY = 120  # seconds before credentials expire in which we get the next ones


@dataclass(slots=True)
class Purse:
    """The last credentials of one source, and whose turn it is to get the next."""

    credentials: Credentials | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class AwsSigner(Signer):
    """Sign with the key given, as ``<access key>:<secret>[:<session token>]``, or with what this machine has."""

    def __init__(
        self, variables: Mapping[str, str] | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._variables = dict(os.environ if variables is None else variables)
        self._clock = clock
        self._purses: dict[Source, Purse] = {}

    @override
    async def sign(self, outgoing: Outgoing, key: str | None, post: Post) -> Mapping[str, str]:
        if key and not is_pair(key):
            return {}  # a key of Bedrock's own went into the headers as it is
        credentials = _split(key) if key else await self._own(post)
        found = HOST.search(urlsplit(outgoing.url).hostname or "")
        if found:
            service, region = found.group("service", "region")
        else:
            service, region = "bedrock", await asyncio.to_thread(region_of, self._variables)
        return signed(outgoing, credentials, region=region, service=service, when=self._clock())

    async def _own(self, post: Post) -> Credentials:
        """Return what this machine has to show; its files are read anew each time, as people change them."""
        source = await asyncio.to_thread(source_of, self._variables)
        if source is None:
            raise MissingKeyError(MISSING)
        purse = self._purses.setdefault(source, Purse())
        async with purse.turn:
            known = purse.credentials
            if known is None or self._clock().timestamp() > known.until - EARLY:
                known = purse.credentials = await source.fetch(post)
        return known


def _split(key: str) -> Credentials:
    parts = key.split(":", 2)
    if not all(parts) or not (key.isascii() and key.isprintable()):
        raise AuthenticationError("the key is not of the form <access key>:<secret>[:<session token>]", provider="")
    return Credentials(access_key=parts[0], secret=parts[1], token=parts[2] if len(parts) > 2 else "")


SIGNER = AwsSigner
