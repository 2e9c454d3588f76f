"""Credentials that one is given for something else: a role for a token, a role for other credentials, a login."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from typing_extensions import override

from omnichat.aws_profile import Credentials
from omnichat.aws_signature import signed
from omnichat.aws_source import Source, issued, read_token
from omnichat.endpoints.dates import seconds
from omnichat.errors import AuthenticationError, BadRequestError, MissingKeyError
from omnichat.signing import Outgoing, Post
from omnichat.wire_json import count, mapping, object_in, words

VERSION = "2011-06-15"
TOLD = re.compile(r"<(AccessKeyId|SecretAccessKey|SessionToken|Expiration)>([^<]*)</")
WHO = "AWS STS"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebIdentity(Source):
    """A role for the token in a file, as pods of EKS have it.

    See https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html.
    """

    sts: str
    role: str
    session: str
    token_file: str

    @override
    async def fetch(self, post: Post) -> Credentials:
        form = {
            "Action": "AssumeRoleWithWebIdentity",
            "Version": VERSION,
            "RoleArn": self.role,
            "RoleSessionName": self.session,
            "WebIdentityToken": await asyncio.to_thread(read_token, self.token_file, "AWS_WEB_IDENTITY_TOKEN_FILE"),
        }
        return await _from_sts(post, self.sts, form, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Source):
    """A role for other credentials.

    See https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html.
    """

    sts: str
    region: str
    role: str
    session: str
    means: Source
    external_id: str = field(default="", repr=False)

    @override
    async def fetch(self, post: Post) -> Credentials:
        means = await self.means.fetch(post)
        known = {"ExternalId": self.external_id} if self.external_id else {}
        asked = {"Action": "AssumeRole", "Version": VERSION, "RoleArn": self.role, "RoleSessionName": self.session}
        url = f"{self.sts}?{urlencode({**asked, **known}, safe='', quote_via=quote)}"
        outgoing = Outgoing(method="GET", url=url, headers={"host": urlsplit(url).netloc}, body=b"")
        proof = signed(outgoing, means, region=self.region, service="sts", when=datetime.now(UTC))
        return await _from_sts(post, url, {}, proof, method="GET")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(Source):
    """A person who logged in with ``aws sso login``.

    See https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html.
    """

    portal: str
    folder: str
    session: str
    account: str
    role: str

    @override
    async def fetch(self, post: Post) -> Credentials:
        token = await asyncio.to_thread(self._token)
        query = urlencode({"role_name": self.role, "account_id": self.account})
        url = f"{self.portal}/federation/credentials?{query}"
        answer = mapping(await post(url, {}, {"x-amz-sso_bearer_token": token}, method="GET"))
        told = mapping(answer.get("roleCredentials"))
        until = datetime.fromtimestamp(min(count(told, "expiration") / 1000, 2**32), UTC).isoformat()
        return issued({**{name[:1].upper() + name[1:]: told[name] for name in told}, "Expiration": until}, "AWS SSO")

    def _token(self) -> str:
        """Return the token of the login, or raise a ``MissingKeyError`` where it is over."""
        name = sha1(self.session.encode(), usedforsecurity=False).hexdigest()
        try:
            told = object_in(Path(self.folder, f"{name}.json").read_text("utf-8"))
        except (OSError, ValueError):
            told = {}
        token = words(told.get("accessToken"))
        if not token.isprintable() or seconds(words(told.get("expiresAt"))) <= datetime.now(UTC).timestamp():
            raise MissingKeyError("the login to AWS is over: run aws sso login")
        return token


async def _from_sts(
    post: Post,
    url: str,
    form: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    method: Literal["POST", "GET"] = "POST",
) -> Credentials:
    try:
        answer: Any = await post(url, form, headers, method=method)
    except BadRequestError as error:  # of a token that is too old, or a role that is not for us
        raise AuthenticationError(
            f"{WHO} refused: {error.message}", provider="", status=error.provider_status
        ) from error
    return issued(dict(TOLD.findall(answer)) if isinstance(answer, str) else {}, WHO)
