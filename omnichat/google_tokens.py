"""Access tokens of Google Cloud: for a service account, a person logged in with gcloud, or the machine itself.

See https://developers.google.com/identity/protocols/oauth2/service-account.
"""

from __future__ import annotations

import asyncio
import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from typing_extensions import override

from omnichat.errors import AuthenticationError, MissingKeyError, ProviderError
from omnichat.signing import Outgoing, Post, Signer
from omnichat.wire_json import count, mapping, object_in, words

TOKEN_URI = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
METADATA = "/computeMetadata/v1/instance/service-accounts/default/token"
LIFETIME = 3600  # seconds; Google takes no longer one
EARLY = 60  # seconds before a token expires in which we get the next one
MACHINE = 3.0  # seconds that the machine has to answer, which is only there inside Google Cloud


@dataclass(slots=True)
class Purse:
    """The last token of one account, and whose turn it is to get the next."""

    token: str = ""
    until: float = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class GoogleTokens(Signer):
    """Exchange accounts for tokens, one exchange at a time each, and keep them until shortly before they expire.

    See https://developers.google.com/identity/protocols/oauth2/service-account.
    """

    def __init__(self, variables: Mapping[str, str] = os.environ, clock: Callable[[], float] = time) -> None:
        self._variables = dict(variables)
        self._clock = clock
        self._purses: dict[str, Purse] = {}

    @override
    async def sign(self, outgoing: Outgoing, key: str | None, post: Post) -> Mapping[str, str]:
        if key and not key.lstrip().startswith("{"):
            return {}  # an express key or a token, which is in the headers
        account = _account(key) if key else await asyncio.to_thread(self._own_account)
        purse = self._purses.setdefault(sha256((key or "").encode()).hexdigest(), Purse())
        async with purse.turn:
            if self._clock() > purse.until - EARLY:
                await self._fill(purse, account, post, guarded=bool(key))
        payer = words(account.get("quota_project_id"))
        return {"Authorization": f"Bearer {purse.token}", **({"x-goog-user-project": payer} if payer else {})}

    def _own_account(self) -> Mapping[str, Any]:
        """Return the account that this machine's user has set up, or nothing."""
        said = self._variables.get("GOOGLE_APPLICATION_CREDENTIALS", "").strip()
        try:
            return _account((Path(said) if said else self._gcloud()).read_text("utf-8"))
        except OSError as error:
            if said:
                raise MissingKeyError(f"GOOGLE_APPLICATION_CREDENTIALS names no readable file: {said}") from error
            return {}

    def _gcloud(self) -> Path:
        home = self._variables.get("CLOUDSDK_CONFIG") or (
            Path(self._variables["APPDATA"], "gcloud") if "APPDATA" in self._variables else "~/.config/gcloud"
        )
        return Path(home, "application_default_credentials.json").expanduser()

    async def _fill(self, purse: Purse, account: Mapping[str, Any], post: Post, *, guarded: bool) -> None:
        asked = self._clock()
        if not account:
            answer = await self._ask_machine(post)
        else:
            uri = words(account.get("token_uri")) or TOKEN_URI
            form = await asyncio.to_thread(_form, account, uri, int(asked))
            answer = mapping(await post(uri, form, {}, guarded=guarded))
        token = words(answer.get("access_token"))
        if not token:
            raise AuthenticationError("Google gave no access token", provider="")
        purse.token, purse.until = token, asked + count(answer, "expires_in")

    async def _ask_machine(self, post: Post) -> Mapping[str, Any]:
        host = self._variables.get("GCE_METADATA_HOST") or "metadata.google.internal"
        try:
            async with asyncio.timeout(MACHINE):
                return mapping(await post(f"http://{host}{METADATA}", {}, {"Metadata-Flavor": "Google"}, method="GET"))
        except (ProviderError, TimeoutError) as error:
            raise MissingKeyError(
                "Google Cloud needs a key: set VERTEX_API_KEY or GOOGLE_APPLICATION_CREDENTIALS"
            ) from error


def _account(text: str) -> Mapping[str, Any]:
    account = object_in(text)
    if account.get("type") not in {"service_account", "authorized_user"}:
        raise AuthenticationError("that is neither a service account nor a gcloud login", provider="")
    return account


def _form(account: Mapping[str, Any], uri: str, now: int) -> dict[str, str]:
    """Return what to post to ``uri`` for a token."""
    if account["type"] == "authorized_user":
        names = ("client_id", "client_secret", "refresh_token")
        return {"grant_type": "refresh_token", **{name: words(account.get(name)) for name in names}}
    claims = {"iss": account.get("client_email"), "scope": SCOPE, "aud": uri, "iat": now, "exp": now + LIFETIME}
    header = {"alg": "RS256", "typ": "JWT", "kid": account.get("private_key_id")}
    signed = f"{_packed(header)}.{_packed(claims)}"
    signature = _private_key(account).sign(signed.encode(), PKCS1v15(), SHA256())
    return {"grant_type": GRANT, "assertion": f"{signed}.{_base64(signature)}"}


def _private_key(account: Mapping[str, Any]) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(words(account.get("private_key")).encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise AuthenticationError("the private key of the service account cannot be read", provider="")
    return key


def _packed(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


SIGNER = GoogleTokens
