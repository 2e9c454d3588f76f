"""Amazon's signature, version 4: every request is signed anew, the key itself never travels.

Follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from urllib.parse import SplitResult, quote, urlsplit

from omnichat.aws_profile import Credentials
from omnichat.signing import Outgoing

METHOD = "AWS4-HMAC-SHA256"


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
