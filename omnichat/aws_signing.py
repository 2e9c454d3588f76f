"""Amazon's signature, version 4: every request is signed anew, the key itself never travels.

Follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import SplitResult, quote, urlsplit

from typing_extensions import override

from omnichat.aws_profile import Credentials, credentials_of, is_pair, region_of
from omnichat.errors import AuthenticationError, MissingKeyError
from omnichat.signing import Outgoing, Post, Signer

METHOD = "AWS4-HMAC-SHA256"
HOST = re.compile(r"(?:^|[.-])(?P<service>bedrock(?:-mantle)?)(?:-[a-z-]+)?\.(?P<region>[a-z]{2}[a-z0-9-]+-\d)\.")


class AwsSigner(Signer):
    """Sign with the key given, as ``<access key>:<secret>[:<session token>]``, or with what this machine has."""

    def __init__(
        self, variables: Mapping[str, str] | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._variables = dict(os.environ if variables is None else variables)
        self._clock = clock

    @override
    async def sign(self, outgoing: Outgoing, key: str | None, post: Post) -> Mapping[str, str]:
        if key and not is_pair(key):
            return {}  # a key of Bedrock's own went into the headers as it is
        credentials = _split(key) if key else await asyncio.to_thread(credentials_of, self._variables)
        if credentials is None:
            raise MissingKeyError(
                "Amazon Bedrock needs a key: set BEDROCK_API_KEY or AWS_BEARER_TOKEN_BEDROCK, AWS_ACCESS_KEY_ID with"
                " AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
            )
        found = HOST.search(urlsplit(outgoing.url).hostname or "")
        service, region = found.group("service", "region") if found else ("bedrock", region_of(self._variables))
        return signed(outgoing, credentials, region=region, service=service, when=self._clock())


def signed(
    outgoing: Outgoing, credentials: Credentials, *, region: str, service: str, when: datetime
) -> dict[str, str]:
    """Return the headers that prove who sends ``outgoing`` at the time ``when``."""
    stamp = when.strftime("%Y%m%dT%H%M%SZ")
    proof = {"X-Amz-Date": stamp}
    if credentials.token:
        proof["X-Amz-Security-Token"] = credentials.token
    parts = urlsplit(outgoing.url)
    headers = _headers(outgoing, parts, proof)
    names = ";".join(headers)
    told = [f"{name}:{value}" for name, value in headers.items()]
    digest = sha256(outgoing.body).hexdigest()
    canonical = "\n".join([outgoing.method, _path(parts), _query(parts), *told, "", names, digest])
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = "\n".join([METHOD, stamp, scope, sha256(canonical.encode()).hexdigest()])
    signature = hmac.new(_key(credentials.secret, scope), text.encode(), sha256).hexdigest()
    proof["Authorization"] = (
        f"{METHOD} Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return proof


def _split(key: str) -> Credentials:
    parts = key.split(":", 2)
    if not all(parts) or not (key.isascii() and key.isprintable()):
        raise AuthenticationError("the key is not of the form <access key>:<secret>[:<session token>]", provider="")
    return Credentials(access_key=parts[0], secret=parts[1], token=parts[2] if len(parts) > 2 else "")


def _headers(outgoing: Outgoing, parts: SplitResult, proof: Mapping[str, str]) -> dict[str, str]:
    """Return the headers to be signed, in order: those that no proxy on the way has reason to change."""
    given = {name.lower(): value for name, value in outgoing.headers.items()}
    chosen = {"host": given.get("host", parts.netloc), **{name.lower(): value for name, value in proof.items()}}
    if "content-type" in given:
        chosen["content-type"] = given["content-type"]
    return {name: " ".join(value.split()) for name, value in sorted(chosen.items())}


def _path(parts: SplitResult) -> str:
    """Return the path, quoted once more than it is sent."""
    return quote(parts.path or "/", safe="/~")


def _query(parts: SplitResult) -> str:
    pairs = sorted(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    return "&".join(f"{name}={value}" for name, value in pairs)


def _key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for step in scope.split("/"):
        key = hmac.new(key, step.encode(), sha256).digest()
    return key


SIGNER = AwsSigner
