"""What gives Amazon's credentials."""

from __future__ import annotations

import asyncio
import os
import shlex
from abc import ABC, abstractmethod
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from typing_extensions import override

from omnichat.aws_profile import Credentials
from omnichat.endpoints.dates import seconds
from omnichat.errors import AuthenticationError, MissingKeyError, TimedOutError
from omnichat.signing import Post
from omnichat.wire_json import object_in, words

MISSING = (
    "Amazon Bedrock needs a key: set BEDROCK_API_KEY or AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID with"
    " AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
)
PATIENCE = 60.0  # seconds that a program has: it may ask a person for a password


class Source(ABC):
    """A way to credentials, told apart by what is set up."""

    @abstractmethod
    async def fetch(self, post: Post) -> Credentials:
        """Return new credentials; raise a ``ProviderError`` or a ``MissingKeyError`` where there are none."""


@dataclass(frozen=True, slots=True)
class Keys(Source):
    """Keys that are there already."""

    credentials: Credentials

    @override
    async def fetch(self, post: Post) -> Credentials:
        return self.credentials


@dataclass(frozen=True, slots=True)
class Program(Source):
    """A program of the user's own that prints them.

    See https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html.
    """

    command: str = field(repr=False)

    @override
    async def fetch(self, post: Post) -> Credentials:
        told = object_in(await self._said())
        if told.get("Version") != 1:
            raise AuthenticationError("the credential_process did not print credentials of version 1", provider="")
        return issued(told, "the credential_process")

    async def _said(self) -> str:
        try:
            command = shlex.split(self.command, posix=os.name == "posix")
            process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
        except (OSError, ValueError, TypeError) as error:
            raise MissingKeyError(f"the credential_process cannot be run: {type(error).__name__}") from error
        try:
            async with asyncio.timeout(PATIENCE):
                said, _ = await process.communicate()
        except TimeoutError as error:
            raise TimedOutError("the credential_process did not end", provider="") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise AuthenticationError(f"the credential_process ended with {process.returncode}", provider="")
        return said.decode("utf-8", "replace")


def issued(told: Mapping[str, Any], who: str) -> Credentials:
    """Return the credentials that ``who`` issued, or raise an ``AuthenticationError`` where there are none."""
    token = words(told.get("SessionToken")) or words(told.get("Token"))
    parts = (words(told.get("AccessKeyId")), words(told.get("SecretAccessKey")), token)
    if not all(parts[:2]) or not all(part.isascii() and part.isprintable() for part in parts):
        raise AuthenticationError(f"{who} gave no credentials", provider="")
    until = seconds(words(told.get("Expiration"))) if told.get("Expiration") else inf
    return Credentials(access_key=parts[0], secret=parts[1], token=token, until=until)


def read_token(path: str, name: str) -> str:
    """Return the token in a file that ``name`` names, or raise a ``MissingKeyError``."""
    try:
        token = Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise MissingKeyError(f"{name} names no readable file: {path}") from error
    if not token or not (token.isascii() and token.isprintable()):
        raise MissingKeyError(f"{name} names a file without a token: {path}")
    return token
